package dev.caravan.benchmark;

import dev.caravan.support.Packed;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The same rows as the stream sends them, in frames, and as COPY takes them, in lines. */
final class Messages {
  static final Instant FIRST = Instant.parse("2026-11-20T15:00:00.000000001Z");
  static final long FIRST_ID = 10_000_000L;
  private static final long NANOS_APART = 50_000L;

  private static final String TRADES =
      "symbol, ts, nanos, exchange, trade_id, price, size, conditions, tape, feed";
  private static final String QUOTES =
      "symbol, ts, nanos, bid_exchange, bid_price, bid_size, ask_exchange, ask_price, ask_size,"
          + " conditions, tape, feed";

  /** What the rows are. */
  enum Kind {
    TRADES("trades", Messages.TRADES),
    QUOTES("quotes", Messages.QUOTES);

    final String table;
    final String columns;

    Kind(String table, String columns) {
      this.table = table;
      this.columns = columns;
    }
  }

  private final Kind kind;
  private final List<String> symbols;

  Messages(Kind kind, int symbols) {
    this.kind = kind;
    this.symbols = symbols(symbols);
  }

  /** BAAA, BAAB and so on. */
  static List<String> symbols(int count) {
    List<String> symbols = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      symbols.add(
          "B" + (char) ('A' + i / 676) + (char) ('A' + i / 26 % 26) + (char) ('A' + i % 26));
    }
    return symbols;
  }

  static Instant time(int row) {
    return FIRST.plusNanos(row * NANOS_APART);
  }

  List<String> symbols() {
    return symbols;
  }

  Kind kind() {
    return kind;
  }

  /** Rows from one to before another, so many a frame, in an encoding of the stream's. */
  List<byte[]> frames(int from, int to, int messages, String encoding) {
    List<byte[]> frames = new ArrayList<>();
    StringBuilder frame = new StringBuilder();
    for (int row = from; row < to; row++) {
      frame.append(frame.isEmpty() ? '[' : ',');
      message(row, frame);
      if ((row - from) % messages == messages - 1 || row == to - 1) {
        String json = frame.append(']').toString();
        frames.add(
            encoding.equals("json") ? json.getBytes(StandardCharsets.US_ASCII) : Packed.of(json));
        frame.setLength(0);
      }
    }
    return frames;
  }

  private void message(int row, StringBuilder to) {
    to.append("{\"T\":\"")
        .append(kind == Kind.QUOTES ? 'q' : 't')
        .append("\",\"S\":\"")
        .append(symbols.get(row % symbols.size()));
    if (kind == Kind.QUOTES) {
      to.append("\",\"bx\":\"V\",\"bp\":")
          .append(price(row))
          .append(",\"bs\":")
          .append(1 + row % 300)
          .append(",\"ax\":\"V\",\"ap\":")
          .append(price(row + 1))
          .append(",\"as\":")
          .append(1 + row % 200)
          .append(",\"c\":[\"R\"]");
    } else {
      to.append("\",\"i\":")
          .append(FIRST_ID + row)
          .append(",\"x\":\"V\",\"p\":")
          .append(price(row))
          .append(",\"s\":")
          .append(1 + row % 300)
          .append(",\"c\":[\"@\",\"I\"]");
    }
    to.append(",\"z\":\"C\",\"t\":\"").append(time(row)).append("\"}");
  }

  private static String price(int row) {
    return 100 + row % 50 + "." + (10 + row % 90);
  }

  /** Each of so many parts has its symbols, as each writer of the stream does. */
  List<byte[]> copyLines(int rows, int parts) {
    List<StringBuilder> lines = new ArrayList<>();
    for (int part = 0; part < parts; part++) {
      lines.add(new StringBuilder());
    }
    for (int row = 0; row < rows; row++) {
      StringBuilder line = lines.get(row % symbols.size() % parts);
      line.append(symbols.get(row % symbols.size()))
          .append('\t')
          .append(time(row).toString(), 0, 26)
          .append("Z\t1\tV\t");
      if (kind == Kind.QUOTES) {
        line.append(price(row))
            .append('\t')
            .append(1 + row % 300)
            .append("\tV\t")
            .append(price(row + 1))
            .append('\t')
            .append(1 + row % 200)
            .append("\t{\"R\"}\tC\tiex\n");
      } else {
        line.append(FIRST_ID + row)
            .append('\t')
            .append(price(row))
            .append('\t')
            .append(1 + row % 300)
            .append("\t{\"@\",\"I\"}\tC\tiex\n");
      }
    }
    return lines.stream().map(each -> each.toString().getBytes(StandardCharsets.US_ASCII)).toList();
  }
}
