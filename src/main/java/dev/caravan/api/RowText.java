package dev.caravan.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** Writes rows, value by value, as a text in one of the compact forms. */
interface RowText {
  /**
   * The next value of a row, and behind the last one that of the next row.
   *
   * @param value null for none; otherwise a number, a truth, or nested JSON as JSON writes them, or
   *     a text as it is
   * @param text whether it is a text
   */
  void add(String value, boolean text);

  /** All of it. */
  String end();

  static RowText in(ApiFormat format, List<String> columns) {
    return format == ApiFormat.CSV ? new Csv(columns) : new Columns(columns);
  }

  /** The rows of a JSON array of objects, all of which have these columns, in this order. */
  static String of(String json, List<String> columns, ApiFormat format) {
    RowText rows = in(format, columns);
    try (JsonParser parser = new JsonFactory().createParser(json)) {
      int column = 0;
      parser.nextToken();
      for (JsonToken token = parser.nextToken();
          token != JsonToken.END_ARRAY;
          token = parser.nextToken()) {
        if (token == JsonToken.START_OBJECT) {
          column = 0;
        } else if (token == JsonToken.FIELD_NAME) {
          String name = parser.currentName();
          if (!name.equals(columns.get(column++))) {
            throw new IllegalStateException(
                "The rows have " + name + " where " + columns + " are declared");
          }
          rows.add(value(json, parser), parser.currentToken() == JsonToken.VALUE_STRING);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return rows.end();
  }

  private static String value(String json, JsonParser parser) throws IOException {
    JsonToken value = parser.nextToken();
    if (value == JsonToken.VALUE_NULL) {
      return null;
    }
    if (!value.isStructStart()) {
      return parser.getText();
    }
    int from = (int) parser.currentTokenLocation().getCharOffset();
    parser.skipChildren();
    return json.substring(from, (int) parser.currentLocation().getCharOffset());
  }

  /** As RFC 4180 has it. What there is not is nothing, and a text without a character is "". */
  final class Csv implements RowText {
    private final int columns;
    private final StringBuilder text = new StringBuilder();
    private int column;

    Csv(List<String> columns) {
      this.columns = columns.size();
      columns.forEach(name -> add(name, true));
    }

    @Override
    public void add(String value, boolean isText) {
      if (column > 0) {
        text.append(',');
      }
      if (value != null) {
        append(value);
      }
      column++;
      if (column == columns) {
        text.append("\r\n");
        column = 0;
      }
    }

    private void append(String value) {
      if (!value.isEmpty() && plain(value)) {
        text.append(value);
      } else {
        text.append('"').append(value.replace("\"", "\"\"")).append('"');
      }
    }

    private static boolean plain(String value) {
      for (int i = 0; i < value.length(); i++) {
        char each = value.charAt(i);
        if (each == ',' || each == '"' || each == '\n' || each == '\r') {
          return false;
        }
      }
      // Some readers strip what stands at the edges.
      return value.charAt(0) != ' ' && value.charAt(value.length() - 1) != ' ';
    }

    int length() {
      return text.length();
    }

    /** What has been added since this was last called. */
    String take() {
      String taken = text.toString();
      text.setLength(0);
      return taken;
    }

    @Override
    public String end() {
      return take();
    }
  }

  /** One object with one array a column. */
  final class Columns implements RowText {
    private final List<String> names;
    private final List<StringBuilder> arrays = new ArrayList<>();
    private int column;

    Columns(List<String> names) {
      this.names = names;
      names.forEach(name -> arrays.add(new StringBuilder()));
    }

    @Override
    public void add(String value, boolean text) {
      StringBuilder array = arrays.get(column);
      column = (column + 1) % arrays.size();
      if (!array.isEmpty()) {
        array.append(',');
      }
      if (value == null || !text) {
        array.append(value);
      } else {
        array.append('"');
        JsonStringEncoder.getInstance().quoteAsString(value, array);
        array.append('"');
      }
    }

    @Override
    public String end() {
      StringBuilder object = new StringBuilder("{");
      for (int i = 0; i < arrays.size(); i++) {
        object.append(i == 0 ? "" : ",").append('"').append(names.get(i)).append("\":[");
        object.append(arrays.get(i)).append(']');
        arrays.set(i, null);
      }
      return object.append('}').toString();
    }
  }
}
