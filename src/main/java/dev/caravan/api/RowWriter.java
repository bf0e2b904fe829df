package dev.caravan.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.caravan.archive.Column;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** Writes rows, value by value, in one of the compact forms. */
interface RowWriter {
  /**
   * The next value of a row, and behind the last one that of the next row.
   *
   * @param value null for none; otherwise a number, a truth, or nested JSON as JSON writes them, or
   *     a text as it is
   * @param text whether it is a text
   */
  void add(String value, boolean text);

  /** How many bytes can be taken now. */
  int length();

  /** What can be taken and was not taken before; texts in UTF-8. */
  byte[] take();

  /** Says that all rows were added: what is left can be taken. */
  void end();

  static RowWriter in(ApiFormat format, List<Column> columns) {
    return format == ApiFormat.PARQUET
        ? new ParquetRows(columns)
        : text(format, columns.stream().map(Column::name).toList());
  }

  private static RowWriter text(ApiFormat format, List<String> columns) {
    return format == ApiFormat.CSV ? new Csv(columns) : new Columns(columns);
  }

  /** The rows of a JSON array of objects, all of which have these columns, in this order. */
  static byte[] of(String json, List<String> columns, ApiFormat format) {
    RowWriter rows = text(format, columns);
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
    rows.end();
    return rows.take();
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
  final class Csv implements RowWriter {
    private final int columns;
    private final Utf8Buffer text = new Utf8Buffer();
    private int column;

    Csv(List<String> columns) {
      this.columns = columns.size();
      columns.forEach(name -> add(name, true));
    }

    @Override
    public void add(String value, boolean isText) {
      if (column > 0) {
        text.add(',');
      }
      if (value != null) {
        if (isPlain(value)) {
          text.add(value);
        } else {
          text.add('"').add(value.replace("\"", "\"\"")).add('"');
        }
      }
      column++;
      if (column == columns) {
        text.add('\r').add('\n');
        column = 0;
      }
    }

    private static boolean isPlain(String value) {
      for (int i = 0; i < value.length(); i++) {
        char each = value.charAt(i);
        if (each == ',' || each == '"' || each == '\n' || each == '\r') {
          return false;
        }
      }
      // Some readers strip what stands at the edges.
      return !value.isEmpty() && value.charAt(0) != ' ' && value.charAt(value.length() - 1) != ' ';
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public byte[] take() {
      return text.take();
    }

    @Override
    public void end() {
      // A line is whole as it is.
    }
  }

  /** One object with one array a column: nothing of it is there before the last row is. */
  final class Columns implements RowWriter {
    private final List<String> names;
    private final List<Utf8Buffer> arrays = new ArrayList<>();
    private byte[] object = {};
    private int column;

    Columns(List<String> names) {
      this.names = names;
      names.forEach(name -> arrays.add(new Utf8Buffer()));
    }

    @Override
    public void add(String value, boolean isText) {
      Utf8Buffer array = arrays.get(column);
      column = column + 1 == arrays.size() ? 0 : column + 1;
      if (array.length() > 0) {
        array.add(',');
      }
      if (value == null) {
        array.add("null");
      } else if (!isText) {
        array.add(value);
      } else if (isPlain(value)) {
        array.add('"').add(value).add('"');
      } else {
        array.add('"').add(JsonStringEncoder.getInstance().quoteAsUTF8(value)).add('"');
      }
    }

    private static boolean isPlain(String value) {
      for (int i = 0; i < value.length(); i++) {
        char each = value.charAt(i);
        if (each < ' ' || each == '"' || each == '\\') {
          return false;
        }
      }
      return true;
    }

    @Override
    public int length() {
      return object.length;
    }

    @Override
    public byte[] take() {
      return object;
    }

    @Override
    public void end() {
      Utf8Buffer text = new Utf8Buffer();
      text.reserve(arrays.stream().mapToInt(Utf8Buffer::length).sum() + 40 * arrays.size());
      for (int i = 0; i < arrays.size(); i++) {
        text.add(i == 0 ? '{' : ',').add('"').add(names.get(i)).add("\":[");
        text.add(arrays.get(i)).add(']');
        arrays.set(i, null);
      }
      object = text.add('}').take();
    }
  }
}
