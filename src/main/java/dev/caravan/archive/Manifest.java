package dev.caravan.archive;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.util.List;

/**
 * What a backup says of itself, in its entry {@code manifest.json}.
 *
 * @param format how the archive is built
 * @param caravan version of the Caravan that wrote it
 * @param migration the schema that its rows fit, as the number of its last migration
 * @param postgresql version of the server that the rows come from
 * @param takenAt the moment whose rows these are, in UTC
 * @param tables in an order in which each comes after those that it refers to
 * @param months of the tables that lie in months: when the first one begins
 */
public record Manifest(
    int format,
    String caravan,
    int migration,
    String postgresql,
    String takenAt,
    List<Table> tables,
    List<Months> months) {

  /** How an archive is built that this program writes and reads. */
  public static final int FORMAT = 1;

  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          // A later one may say more of itself, and still be readable.
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  /**
   * The rows of one table.
   *
   * @param identity the column that numbers the rows, or null
   * @param last how far it has counted, or null
   * @param bytes length of the rows as text
   * @param sha256 of that text
   */
  public record Table(
      String name,
      List<String> columns,
      String identity,
      Long last,
      long rows,
      long bytes,
      String sha256) {}

  /**
   * The months of a table.
   *
   * @param first when the first of them begins, in UTC; what is older lies together
   */
  public record Months(String table, String first) {}

  /** All rows of all tables. */
  public long rows() {
    return tables.stream().mapToLong(Table::rows).sum();
  }

  byte[] json() {
    try {
      return JSON.writeValueAsBytes(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  static Manifest read(byte[] json) throws IOException {
    return JSON.readValue(json, Manifest.class);
  }
}
