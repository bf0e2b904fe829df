package dev.caravan.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.archive.Column;
import dev.caravan.archive.FileFault;
import dev.caravan.archive.ParquetFile;
import dev.caravan.market.answer.JsonFields;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows as Parquet. Some megabytes of them are together before a piece of the file is there; a file
 * that breaks off has no end, and no reader takes it for a whole one.
 */
final class ParquetRows implements RowWriter {
  private final List<Column> columns;
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final ParquetFile file;
  private final Object[] row;
  private int column;

  ParquetRows(List<Column> columns) {
    this.columns = columns;
    this.row = new Object[columns.size()];
    try {
      file = new ParquetFile(columns, written);
    } catch (IOException neverInMemory) {
      throw new UncheckedIOException(neverInMemory);
    }
  }

  /**
   * @throws ProblemException where a number has more digits than the file may have
   */
  @Override
  public void add(String value, boolean isText) {
    row[column] = value == null ? null : typed(columns.get(column).kind(), value);
    column++;
    if (column == row.length) {
      column = 0;
      try {
        file.add(row);
      } catch (FileFault e) {
        throw Problem.bad(ApiFormat.PARAMETER, e.getMessage());
      } catch (IOException neverInMemory) {
        throw new UncheckedIOException(neverInMemory);
      }
    }
  }

  private static Object typed(Column.Kind kind, String value) {
    return switch (kind) {
      case TEXT -> value;
      case TEXTS -> texts(JsonFields.readOrMissing(value));
      case DECIMAL -> new BigDecimal(value);
      case LONG -> Long.valueOf(value);
      case INTEGER -> Integer.valueOf(value);
      case TRUTH -> Boolean.valueOf(value);
      case TIME -> ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(value));
      case DATE -> LocalDate.parse(value);
    };
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(each -> texts.add(each.textValue()));
    return texts;
  }

  @Override
  public int length() {
    return written.size();
  }

  @Override
  public byte[] take() {
    byte[] taken = written.toByteArray();
    written.reset();
    return taken;
  }

  @Override
  public void end() {
    try {
      file.close();
    } catch (IOException neverInMemory) {
      throw new UncheckedIOException(neverInMemory);
    }
  }
}
