package dev.caravan.stream;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.caravan.market.answer.Rfc3339;
import dev.caravan.stream.PackedReader.Token;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts frames into what each partition of a topic gets: the messages of a symbol go to one
 * partition, so that their order holds. A message is copied as it was sent; nothing of it is
 * judged. A frame that cannot be cut goes as a whole to the first partition, where whoever stores
 * it says what is wrong with it. Not for use by several threads.
 */
final class FrameSplitter {
  private static final JsonFactory JSON = new JsonFactory();

  private static final Duration MINUTE = Duration.ofMinutes(1);

  /** The head of a list of any length in MessagePack, before the four bytes of its count. */
  private static final int LONG_LIST = 0xdd;

  /**
   * A frame for one partition.
   *
   * @param frame a list of messages, in the encoding in which they came
   */
  record Part(int partition, byte[] frame) {}

  /**
   * What was cut.
   *
   * @param newest time of a trade or quote, or end of a bar; null where there is none
   */
  record Parts(List<Part> parts, long messages, Instant newest) {}

  private final int partitions;
  private final ByteArrayOutputStream[] json;
  private final ByteArrayOutputStream[] packed;
  private final int[] packedCounts;
  private final PackedReader in = new PackedReader();
  private List<Part> whole;
  private long messages;
  private Instant newest;

  /** Of the message that is read. */
  private String symbol;

  private String type;
  private Instant time;

  FrameSplitter(int partitions) {
    this.partitions = partitions;
    json = new ByteArrayOutputStream[partitions];
    packed = new ByteArrayOutputStream[partitions];
    packedCounts = new int[partitions];
    for (int i = 0; i < partitions; i++) {
      json[i] = new ByteArrayOutputStream();
      packed[i] = new ByteArrayOutputStream();
    }
  }

  Parts split(List<byte[]> frames) {
    whole = new ArrayList<>();
    messages = 0;
    newest = null;
    for (byte[] frame : frames) {
      try {
        // Read through before any of it is copied, so that no message goes twice.
        if (PackedReader.isPacked(frame)) {
          readPacked(frame, false);
          readPacked(frame, true);
        } else {
          readJson(frame, false);
          readJson(frame, true);
        }
      } catch (IOException | RuntimeException unreadable) {
        whole.add(new Part(0, frame));
        messages++;
      }
    }
    List<Part> parts = new ArrayList<>();
    for (int i = 0; i < partitions; i++) {
      if (json[i].size() > 0) {
        json[i].write(']');
        parts.add(new Part(i, json[i].toByteArray()));
        json[i].reset();
      }
      if (packedCounts[i] > 0) {
        parts.add(new Part(i, list(packedCounts[i], packed[i].toByteArray())));
        packed[i].reset();
        packedCounts[i] = 0;
      }
    }
    parts.addAll(whole);
    return new Parts(parts, messages, newest);
  }

  private void readJson(byte[] frame, boolean copy) throws IOException {
    try (JsonParser parser = JSON.createParser(frame)) {
      JsonToken token = parser.nextToken();
      boolean list = token == JsonToken.START_ARRAY;
      if (list) {
        token = parser.nextToken();
      }
      for (; token == JsonToken.START_OBJECT; token = parser.nextToken()) {
        int begin = (int) parser.currentTokenLocation().getByteOffset();
        readMessage(parser);
        if (copy) {
          ByteArrayOutputStream out = json[partition()];
          out.write(out.size() == 0 ? '[' : ',');
          out.write(frame, begin, (int) parser.currentLocation().getByteOffset() - begin);
          taken();
        }
      }
      if (list && token == JsonToken.END_ARRAY) {
        token = parser.nextToken();
      }
      if (token != null) {
        throw new IOException("found " + token);
      }
    }
  }

  private void readMessage(JsonParser parser) throws IOException {
    forget();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String field = parser.currentName();
      JsonToken value = parser.nextToken();
      if (value == JsonToken.VALUE_STRING) {
        switch (field) {
          case "S" -> symbol = parser.getText();
          case "T" -> type = parser.getText();
          case "t" -> time = time(parser.getText());
          default -> {
            // It goes along with its message.
          }
        }
      } else {
        parser.skipChildren();
      }
    }
    if (parser.currentToken() != JsonToken.END_OBJECT) {
      throw new IOException("the frame ends within a message");
    }
  }

  private void readPacked(byte[] frame, boolean copy) throws IOException {
    in.at(frame, 0);
    int left = 1;
    if (in.next() == Token.LIST) {
      left = in.count;
    } else {
      in.at(frame, 0);
    }
    for (; left > 0; left--) {
      int begin = in.at();
      if (in.next() != Token.MAP) {
        throw new IOException("no message at " + begin);
      }
      readPackedMessage(in.count);
      if (copy) {
        int partition = partition();
        packed[partition].write(frame, begin, in.at() - begin);
        packedCounts[partition]++;
        taken();
      }
    }
    if (!in.atEnd()) {
      throw new IOException("more at " + in.at());
    }
  }

  private void readPackedMessage(int fields) throws IOException {
    forget();
    for (int i = 0; i < fields; i++) {
      Token name = in.next();
      char field = name == Token.TEXT && in.length == 1 ? (char) in.frame()[in.start] : 0;
      in.skipContent(name);
      Token value = in.next();
      if (value == Token.TEXT && field == 'S') {
        symbol = in.text();
      } else if (value == Token.TEXT && field == 'T') {
        type = in.text();
      } else if (value == Token.TEXT && field == 't') {
        time = time(in.text());
      } else if (value == Token.TIME && field == 't') {
        time = Instant.ofEpochSecond(in.seconds, in.nanos);
      }
      in.skipContent(value);
    }
  }

  private void forget() {
    symbol = "";
    type = "";
    time = null;
  }

  private int partition() {
    return Math.floorMod(symbol.hashCode(), partitions);
  }

  private void taken() {
    messages++;
    Instant told =
        time == null
            ? null
            : switch (type) {
              case "t", "q" -> time;
              case "b", "u" -> time.plus(MINUTE);
              default -> null;
            };
    if (told != null && (newest == null || told.isAfter(newest))) {
      newest = told;
    }
  }

  /** Whoever stores the message says that it has no time. */
  private static Instant time(String text) {
    try {
      return Rfc3339.instant(text);
    } catch (DateTimeException none) {
      return null;
    }
  }

  private static byte[] list(int count, byte[] elements) {
    byte[] list = new byte[elements.length + 5];
    list[0] = (byte) LONG_LIST;
    for (int i = 0; i < 4; i++) {
      list[4 - i] = (byte) (count >>> 8 * i);
    }
    System.arraycopy(elements, 0, list, 5, elements.length);
    return list;
  }
}
