package dev.caravan.stream;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.caravan.database.CopyRows;
import dev.caravan.market.Bar;
import dev.caravan.market.BarCheck;
import dev.caravan.market.BarStart;
import dev.caravan.market.answer.JsonFields;
import dev.caravan.market.answer.MissingDataException;
import dev.caravan.market.answer.RefusedRow;
import dev.caravan.stream.Chunk.Correction;
import dev.caravan.stream.Chunk.Luld;
import dev.caravan.stream.Chunk.Status;
import dev.caravan.stream.PackedReader.Token;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Reads frames of JSON or MessagePack, of which each says itself what it is, into what the writers
 * store. Trades and quotes, which come by the thousands, go from the bytes straight into the rows
 * of COPY; all else goes through a tree. The messages of a symbol go to one chunk, so that their
 * order holds. Not for use by several threads.
 *
 * <p>Source of the messages: reference alpaca-stream, section 4.
 */
final class StreamParser {
  private static final JsonFactory JSON =
      JsonFactory.builder().disable(StreamReadFeature.AUTO_CLOSE_SOURCE).build();

  /** Numbers keep all their digits. */
  private static final ObjectMapper TREES =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  /**
   * The beginning of a message behind another; no text can hold it, since its quotes are escaped.
   */
  private static final Pattern MESSAGE = Pattern.compile("[,}]\\s*(\\{\\s*\"T\"\\s*:)");

  private static final Pattern SYMBOL = Pattern.compile("\"S\"\\s*:\\s*\"([^\"\\\\]{1,64})\"");
  private static final Pattern TYPE = Pattern.compile("\"T\"\\s*:\\s*\"([^\"\\\\]{1,64})\"");

  /** What the ledger owes of the types of messages. */
  private static final Map<String, String> DATASETS =
      Map.of(
          "t", "trades",
          "q", "quotes",
          "b", "bars",
          "u", "bars",
          "c", "corrections",
          "x", "corrections",
          "s", "statuses",
          "l", "lulds");

  /** So many unknown types are named; a server that sends more is not worth the memory. */
  private static final int MOST_STRANGERS = 50;

  /** So many faults of a frame are worth looking behind; what follows the last may be anything. */
  private static final int MOST_FAULTS = 100;

  /** Before a text of one byte. */
  private static final byte PACKED_ONE = (byte) 0xa1;

  /** In place of a message's number in its frame: its place is {@link #begun}. */
  private static final int PACKED = -1;

  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final String feed;
  private final byte[] feedBytes;
  private final Fields fields = new Fields();
  private final PackedReader packed = new PackedReader();
  private long messages;
  private long unknown;
  private long unreadable;
  private long newestMicros;

  /** The unknown types so far, each as it was sent. */
  private final Set<String> strangers = new HashSet<>();

  private List<String> newStrangers = List.of();

  /** Where the last message began in its frame; -1 before the first. */
  private int begun;

  /** Whether that message was read to its end. */
  private boolean whole;

  StreamParser(String feed) {
    this.feed = feed;
    this.feedBytes = feed.getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * What was read.
   *
   * @param newestMicros the newest time of a trade, quote or bar, in microseconds since 1970; 0 for
   *     none
   * @param strangers unknown types that were met for the first time, quoted
   */
  record Read(
      long messages, long unknown, long unreadable, long newestMicros, List<String> strangers) {}

  /** Adds all messages of the frames to the chunks. */
  Read read(List<byte[]> frames, Chunk[] chunks) {
    messages = 0;
    unknown = 0;
    unreadable = 0;
    newestMicros = 0;
    newStrangers = new ArrayList<>();
    for (byte[] frame : frames) {
      read(frame, chunks);
    }
    return new Read(messages, unknown, unreadable, newestMicros, newStrangers);
  }

  /** Of a frame that cannot be read through, the messages behind the fault are taken as well. */
  private void read(byte[] frame, Chunk[] chunks) {
    if (PackedReader.isPacked(frame)) {
      readPacked(frame, chunks);
      return;
    }
    Exception fault = null;
    int faults = 0;
    for (byte[] rest = frame; rest != null; ) {
      try {
        messages(rest, chunks);
        rest = null;
      } catch (IOException | RuntimeException notJson) {
        discardRows(chunks);
        fault = fault == null ? notJson : fault;
        rest = behindTheFault(rest, chunks[0], ++faults < MOST_FAULTS);
      }
    }
    if (fault != null) {
      unreadableFrame("JSON", fault, new String(frame, StandardCharsets.UTF_8), chunks[0]);
    }
  }

  private void readPacked(byte[] frame, Chunk[] chunks) {
    Exception fault = null;
    ArrayNode unread = TREES.createArrayNode();
    for (int at = 0; at >= 0; ) {
      begun = at;
      whole = false;
      try {
        packed.at(frame, at);
        packedMessages(at == 0, chunks);
        at = -1;
      } catch (IOException | RuntimeException notPacked) {
        discardRows(chunks);
        fault = fault == null ? notPacked : fault;
        int from = whole ? packed.at() : begun;
        int next = unread.size() < MOST_FAULTS ? nextPacked(frame, whole ? from : from + 1) : -1;
        unread.add(PackedTrees.partly(frame, from, next < 0 ? frame.length : next));
        owe(frame, next, chunks[0]);
        at = next;
      }
    }
    if (fault != null) {
      unreadableFrame("MessagePack", fault, unread.toString(), chunks[0]);
    }
  }

  /**
   * Whatever is wrong with a frame, it must not take the connection and all other frames with it.
   */
  private static void discardRows(Chunk[] chunks) {
    for (Chunk chunk : chunks) {
      chunk.trades.discardRow();
      chunk.quotes.discardRow();
    }
  }

  private void unreadableFrame(String encoding, Exception fault, String payload, Chunk chunk) {
    letter(
        chunk,
        "the stream",
        "Missing required data: "
            + encoding
            + " of the stream ("
            + String.valueOf(fault.getMessage()).lines().findFirst().orElse("")
            + ")",
        payload);
  }

  /**
   * Notes what may have been in the message that could not be read: its symbol where it has one and
   * another message follows; else any.
   *
   * @return the messages that follow, as a frame; null where there are none
   */
  private byte[] behindTheFault(byte[] frame, Chunk chunk, boolean more) {
    String text = new String(frame, StandardCharsets.ISO_8859_1);
    Matcher next = MESSAGE.matcher(text);
    if (!more || !next.find(Math.max(0, begun))) {
      chunk.unread.add(new Chunk.Unread(null, null));
      return null;
    }
    String broken = text.substring(Math.max(0, begun), next.start());
    Chunk.Unread unread = unread(all(SYMBOL, broken), all(TYPE, broken));
    if (unread != null) {
      chunk.unread.add(unread);
    }
    return ("[" + text.substring(next.start(1))).getBytes(StandardCharsets.ISO_8859_1);
  }

  /** What one broken message may have been; null for one of which nothing is owed. */
  private Chunk.Unread unread(Set<String> symbols, Set<String> types) {
    if (whole || symbols.size() != 1 || types.size() != 1) {
      return new Chunk.Unread(null, null);
    }
    String dataset = DATASETS.get(types.iterator().next());
    return dataset == null ? null : new Chunk.Unread(symbols.iterator().next(), dataset);
  }

  private static Set<String> all(Pattern pattern, String text) {
    return pattern
        .matcher(text)
        .results()
        .map(found -> found.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private void messages(byte[] frame, Chunk[] chunks) throws IOException {
    int message = -1;
    begun = -1;
    whole = false;
    try (JsonParser json = JSON.createParser(frame)) {
      JsonToken token = json.nextToken();
      if (token == JsonToken.START_ARRAY) {
        token = json.nextToken();
      }
      for (; token == JsonToken.START_OBJECT; token = json.nextToken()) {
        message++;
        messages++;
        begun = (int) json.currentTokenLocation().getByteOffset();
        whole = false;
        message(json, frame, message, chunks);
        whole = true;
      }
      if (token == JsonToken.END_ARRAY) {
        token = json.nextToken();
      }
      if (token != null) {
        throw new MissingDataException("messages", "the stream", "found " + token);
      }
    }
  }

  /** The messages of a frame from here on, of which those behind a fault are not counted. */
  private void packedMessages(boolean counted, Chunk[] chunks) throws IOException {
    int left = Integer.MAX_VALUE;
    if (counted) {
      Token token = packed.next();
      left = token == Token.LIST ? packed.count : 1;
      if (token != Token.LIST) {
        packed.at(packed.frame(), 0);
      }
    }
    for (; counted ? left > 0 : !packed.atEnd(); left--) {
      whole = false;
      begun = packed.at();
      packedMessage(chunks);
      whole = true;
    }
    if (!packed.atEnd()) {
      throw new MissingDataException("messages", "the stream", "found more at " + packed.at());
    }
  }

  private void packedMessage(Chunk[] chunks) throws IOException {
    byte[] frame = packed.frame();
    Token token = packed.next();
    if (token != Token.MAP) {
      throw new MissingDataException("messages", "the stream", "found " + token);
    }
    messages++;
    int count = packed.count;
    int fieldsAt = packed.at();
    // T stands first in all that Alpaca sends; where it does not, it is looked for.
    for (int i = 0; i < count; i++) {
      Token name = packed.next();
      boolean type = name == Token.TEXT && packed.isText('T');
      packed.skipContent(name);
      Token value = packed.next();
      if (type) {
        if (value == Token.TEXT && (packed.isText('t') || packed.isText('q'))) {
          String quick = packed.isText('t') ? "t" : "q";
          if (i == 0) {
            fields.read(packed, count - 1);
          } else {
            packed.at(frame, fieldsAt);
            fields.read(packed, count);
          }
          quick(quick, frame, PACKED, chunks);
          return;
        }
        break;
      }
      packed.skipContent(value);
    }
    packed.at(frame, begun);
    ObjectNode tree = (ObjectNode) PackedTrees.read(packed);
    JsonNode type = tree.remove("T");
    whole(type != null && type.isTextual() ? type.textValue() : "", tree, frame, PACKED, chunks);
  }

  /**
   * Where the next message begins: a map whose first field is T, a text. No text can hold it, since
   * it is no UTF-8.
   *
   * @return -1 where there is none
   */
  private static int nextPacked(byte[] frame, int from) {
    for (int at = from + 1; at + 2 < frame.length; at++) {
      int text = frame[at + 2] & 0xff;
      if (frame[at] == PACKED_ONE && frame[at + 1] == 'T' && text > 0xa0 && text <= 0xbf) {
        int head = frame[at - 1] & 0xff;
        if (head >= 0x80 && head <= 0x8f) {
          return at - 1;
        }
        if (at - 3 >= from && (frame[at - 3] & 0xff) == 0xde) {
          return at - 3;
        }
      }
    }
    return -1;
  }

  /** Notes what may have been in the message that could not be read, as of JSON. */
  private void owe(byte[] frame, int next, Chunk chunk) {
    Chunk.Unread unread =
        next < 0
            ? new Chunk.Unread(null, null)
            : unread(packedTexts(frame, begun, next, 'S'), packedTexts(frame, begun, next, 'T'));
    if (unread != null) {
      chunk.unread.add(unread);
    }
  }

  /** All texts that follow a field's name, wherever they stand. */
  private static Set<String> packedTexts(byte[] frame, int from, int to, char field) {
    Set<String> texts = new TreeSet<>();
    for (int at = from; at + 2 < to; at++) {
      int length = (frame[at + 2] & 0xff) - 0xa0;
      if (frame[at] == PACKED_ONE
          && frame[at + 1] == field
          && length > 0
          && length <= 0x1f
          && at + 3 + length <= to) {
        texts.add(new String(frame, at + 3, length, StandardCharsets.UTF_8));
      }
    }
    return texts;
  }

  private void message(JsonParser json, byte[] frame, int nth, Chunk[] chunks) throws IOException {
    JsonToken first = json.nextToken();
    if (first == JsonToken.FIELD_NAME && json.currentName().equals("T")) {
      String type = json.nextToken() == JsonToken.VALUE_STRING ? json.getText() : "";
      json.skipChildren();
      if (type.equals("t") || type.equals("q")) {
        fields.read(json);
        quick(type, frame, nth, chunks);
      } else {
        json.nextToken();
        ObjectNode tree =
            json.currentToken() == JsonToken.END_OBJECT
                ? TREES.createObjectNode()
                : TREES.readTree(json);
        whole(type, tree, frame, nth, chunks);
      }
      return;
    }
    // T stands first in all that Alpaca sends; where it does not, the message is turned round.
    ObjectNode tree =
        first == JsonToken.END_OBJECT ? TREES.createObjectNode() : TREES.readTree(json);
    String type = tree.path("T").isTextual() ? tree.path("T").textValue() : "";
    if (type.equals("t") || type.equals("q")) {
      ObjectNode turned = TREES.createObjectNode().put("T", type);
      turned.setAll(tree);
      byte[] alone = TREES.writeValueAsBytes(turned);
      try (JsonParser again = JSON.createParser(alone)) {
        again.nextToken();
        message(again, alone, 0, chunks);
      }
    } else {
      whole(type, tree, frame, nth, chunks);
    }
  }

  private void quick(String type, byte[] frame, int nth, Chunk[] chunks) {
    Chunk chunk = chunks[Math.floorMod(fields.hash(Fields.S), chunks.length)];
    CopyRows rows = type.equals("t") ? chunk.trades : chunk.quotes;
    try {
      if (type.equals("t")) {
        trade(rows);
        if (chunk.trades.rows() % sampling(chunk) == 0) {
          chunk.sample(fields.micros);
        }
      } else {
        quote(rows);
      }
      newestMicros = Math.max(newestMicros, fields.micros);
    } catch (MissingDataException e) {
      rows.discardRow();
      unread(chunk, e.symbol(), type);
      letter(chunk, e.symbol(), e.getMessage(), payload(frame, nth));
    }
  }

  private static int sampling(Chunk chunk) {
    return 1 + chunk.trades.rows() / Chunk.MOST_SAMPLES;
  }

  private void trade(CopyRows row) {
    String symbol = fields.symbol();
    fields.time(symbol);
    fields.wholeNumber(Fields.I, "i", symbol);
    fields.text(Fields.X, "x", symbol);
    fields.number(Fields.P, "p", symbol);
    fields.number(Fields.SIZE, "s", symbol);
    fields.column(Fields.S, row);
    fields.timeColumns(row);
    fields.column(Fields.X, row);
    fields.wholeColumn(Fields.I, row);
    fields.decimalColumn(Fields.P, row);
    fields.decimalColumn(Fields.SIZE, row);
    end(row, symbol);
  }

  private void quote(CopyRows row) {
    String symbol = fields.symbol();
    fields.time(symbol);
    fields.text(Fields.BX, "bx", symbol);
    fields.number(Fields.BP, "bp", symbol);
    fields.number(Fields.BS, "bs", symbol);
    fields.text(Fields.AX, "ax", symbol);
    fields.number(Fields.AP, "ap", symbol);
    fields.number(Fields.AS, "as", symbol);
    fields.column(Fields.S, row);
    fields.timeColumns(row);
    fields.column(Fields.BX, row);
    fields.decimalColumn(Fields.BP, row);
    fields.decimalColumn(Fields.BS, row);
    fields.column(Fields.AX, row);
    fields.decimalColumn(Fields.AP, row);
    fields.decimalColumn(Fields.AS, row);
    end(row, symbol);
  }

  /** What a trade and a quote have behind their own columns. */
  private void end(CopyRows row, String symbol) {
    fields.conditions(row, symbol);
    fields.optionalColumn(Fields.Z, "z", row, symbol);
    row.column(feedBytes);
    row.endRow();
  }

  private void whole(String type, ObjectNode tree, byte[] frame, int nth, Chunk[] chunks) {
    String symbol = tree.path("S").asText("");
    Chunk chunk = chunks[Math.floorMod(Fields.hash(symbol), chunks.length)];
    if (type.isBlank()) {
      // It may have been anything.
      Chunk.Unread unread = new Chunk.Unread(tree.path("S").textValue(), null);
      chunk.unread.add(unread);
      String named = unread.symbol() == null ? "the stream" : unread.symbol();
      letter(chunk, named, new MissingDataException("T", named).getMessage(), payload(frame, nth));
      return;
    }
    try {
      switch (type) {
        case "b" -> take(chunk, chunk.bars, bar(tree, symbol, "1Min", true), type, tree);
        case "u" -> take(chunk, chunk.revisions, bar(tree, symbol, "1Min", true), type, tree);
        case "d" -> take(chunk, chunk.bars, bar(tree, symbol, "1Day", false), type, tree);
        case "s" -> chunk.statuses.add(status(tree, symbol));
        case "l" -> chunk.lulds.add(luld(tree, symbol));
        case "c" -> chunk.corrections.add(correction(tree, symbol));
        case "x" -> chunk.corrections.add(cancel(tree, symbol));
        // What the server says of the connection has been said to the route.
        case "success", "subscription", "error" -> messages--;
        default -> stranger(type);
      }
    } catch (MissingDataException e) {
      unread(chunk, e.symbol(), type);
      letter(chunk, e.symbol(), e.getMessage(), sent(type, tree));
    }
  }

  /** What Alpaca adds some day is no fault; that it is not stored is said once. */
  private void stranger(String type) {
    unknown++;
    if (strangers.size() < MOST_STRANGERS && strangers.add(type)) {
      newStrangers.add(JsonFields.quoted(TextNode.valueOf(type)));
    }
  }

  /** The message as it was sent, of which the type was taken off. */
  private static String sent(String type, ObjectNode tree) {
    ObjectNode message = TREES.createObjectNode().put("T", type);
    message.setAll(tree);
    return message.toString();
  }

  private void take(Chunk chunk, List<Bar> bars, Bar bar, String type, ObjectNode tree) {
    String fault = BarCheck.fault(bar).orElse(null);
    if (fault != null) {
      unread(chunk, bar.symbol(), type);
      letter(chunk, bar.symbol(), fault, sent(type, tree));
      return;
    }
    bars.add(bar);
    Instant end = bar.timeframe().equals("1Min") ? bar.ts().plus(MINUTE) : Instant.EPOCH;
    newestMicros = Math.max(newestMicros, end.toEpochMilli() * 1000);
  }

  private Bar bar(JsonNode node, String symbol, String timeframe, boolean complete) {
    return new Bar(
        "alpaca",
        feed,
        symbol(symbol),
        timeframe,
        BarStart.of(timeframe, time(node, symbol)),
        decimal(node, "o", symbol),
        decimal(node, "h", symbol),
        decimal(node, "l", symbol),
        decimal(node, "c", symbol),
        JsonFields.decimal(node.path("v"), "v", symbol),
        JsonFields.whole(node.path("n"), "n", symbol),
        JsonFields.decimal(node.path("vw"), "vw", symbol),
        complete,
        null);
  }

  private Status status(JsonNode node, String symbol) {
    Instant ts = time(node, symbol(symbol));
    return new Status(
        symbol,
        ts,
        nanos(ts),
        required(node, "sc", symbol),
        JsonFields.text(node.path("sm")),
        node.path("rc").asText(""),
        JsonFields.text(node.path("rm")),
        JsonFields.text(node.path("z")),
        feed);
  }

  private Luld luld(JsonNode node, String symbol) {
    Instant ts = time(node, symbol(symbol));
    return new Luld(
        symbol,
        ts,
        nanos(ts),
        decimal(node, "u", symbol),
        decimal(node, "d", symbol),
        node.path("i").asText(""),
        JsonFields.text(node.path("z")),
        feed);
  }

  private Correction correction(JsonNode node, String symbol) {
    Instant ts = time(node, symbol(symbol));
    return new Correction(
        symbol,
        ts,
        nanos(ts),
        required(node, "x", symbol),
        whole(node, "oi", symbol),
        "corrected",
        positive(node, "op", symbol),
        positive(node, "os", symbol),
        texts(node.path("oc")),
        whole(node, "ci", symbol),
        positive(node, "cp", symbol),
        positive(node, "cs", symbol),
        texts(node.path("cc")),
        JsonFields.text(node.path("z")),
        feed);
  }

  private Correction cancel(JsonNode node, String symbol) {
    Instant ts = time(node, symbol(symbol));
    return new Correction(
        symbol,
        ts,
        nanos(ts),
        required(node, "x", symbol),
        whole(node, "i", symbol),
        node.path("a").asText("C").equals("E") ? "error" : "canceled",
        positive(node, "p", symbol),
        positive(node, "s", symbol),
        null,
        null,
        null,
        null,
        null,
        JsonFields.text(node.path("z")),
        feed);
  }

  /** The provider's history may have it right. */
  private static void unread(Chunk chunk, String symbol, String type) {
    if (DATASETS.containsKey(type)) {
      chunk.unread.add(
          new Chunk.Unread(symbol.equals("the stream") ? null : symbol, DATASETS.get(type)));
    }
  }

  private void letter(Chunk chunk, String symbol, String reason, String payload) {
    unreadable++;
    // PostgreSQL's text has no place for a character of value zero.
    chunk.letters.add(
        new RefusedRow(
            symbol.replace('\0', ' '), reason.replace('\0', ' '), payload.replace('\0', ' ')));
  }

  /** The message itself: the frame is read again, which an unreadable message is worth. */
  private String payload(byte[] frame, int nth) {
    try {
      if (nth == PACKED) {
        PackedReader again = new PackedReader();
        again.at(frame, begun);
        return PackedTrees.read(again).toString();
      }
      JsonNode array = TREES.readTree(frame);
      return (array.isArray() ? array.path(nth) : array).toString();
    } catch (IOException cut) {
      return new String(frame, StandardCharsets.UTF_8);
    }
  }

  private static String symbol(String symbol) {
    if (symbol.isBlank()
        || symbol.length() > JsonFields.LONGEST_NAME
        || symbol.indexOf('\0') >= 0) {
      throw new MissingDataException("S", "the stream");
    }
    return symbol;
  }

  private static Instant time(JsonNode node, String symbol) {
    return JsonFields.required(JsonFields.time(node.path("t"), "t", symbol), "t", symbol);
  }

  private static BigDecimal decimal(JsonNode node, String field, String symbol) {
    return JsonFields.required(JsonFields.decimal(node.path(field), field, symbol), field, symbol);
  }

  /** As of a trade, whose table has no place for a negative price or size. */
  private static BigDecimal positive(JsonNode node, String field, String symbol) {
    BigDecimal number = decimal(node, field, symbol);
    if (number.signum() < 0) {
      throw new MissingDataException(field, symbol, "negative");
    }
    return number;
  }

  private static long whole(JsonNode node, String field, String symbol) {
    return JsonFields.required(JsonFields.whole(node.path(field), field, symbol), field, symbol);
  }

  private static String required(JsonNode node, String field, String symbol) {
    return JsonFields.required(JsonFields.text(node.path(field)), field, symbol);
  }

  private static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(each -> texts.add(each.asText()));
    return texts;
  }

  private static int nanos(Instant ts) {
    return ts.getNano() % 1000;
  }
}
