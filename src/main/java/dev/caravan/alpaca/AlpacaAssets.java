package dev.caravan.alpaca;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.market.answer.JsonFields;
import dev.caravan.market.answer.MissingDataException;
import dev.caravan.market.answer.RefusedRow;
import dev.caravan.market.answer.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Reads Alpaca's list of US shares (reference alpaca-rest, section 9): a bare array of {@code
 * {id,symbol,name,exchange,status,tradable}}, in one answer a status and without pages.
 */
public final class AlpacaAssets {
  /** What a list that lacks something is called. */
  static final String LIST = "alpaca's list of assets";

  /** No list of the active US shares has ever been so short. */
  static final int LEAST_ACTIVE = 3000;

  /** From one complete list to the next, at least so much of each half is still there. */
  private static final int LEAST_PERCENT = 80;

  /** A changed format would otherwise make a letter of every row. */
  private static final int MOST_LETTERS = 100;

  private AlpacaAssets() {}

  /**
   * What Alpaca says of one symbol.
   *
   * @param symbol Alpaca's spelling
   * @param id of the company's asset; another company that takes over the symbol has another
   * @param name null where Alpaca gives none
   * @param exchange null where Alpaca gives none
   * @param status {@code active}, {@code inactive}, or {@code unreadable} where the row says of
   *     which symbol it is, and nothing else that can be taken
   * @param tradable null where Alpaca does not say
   */
  public record Asset(
      String symbol, String id, String name, String exchange, String status, Boolean tradable) {}

  /**
   * The answer for one status.
   *
   * @param assets in the order served
   * @param refused rows that could not be taken, at most a hundred of them
   * @param blind whether a row did not even say of which symbol it is, so that no symbol is known
   *     to be absent
   */
  public record Half(List<Asset> assets, List<RefusedRow> refused, boolean blind) {
    public Half {
      assets = List.copyOf(assets);
      refused = List.copyOf(refused);
    }

    int readable() {
      return (int) assets.stream().filter(asset -> !asset.status().equals("unreadable")).count();
    }
  }

  /**
   * A list of which both halves are complete.
   *
   * @param active how many active ones could be read
   * @param inactive how many inactive ones could be read
   */
  public record Complete(
      List<Asset> assets, List<RefusedRow> refused, boolean blind, int active, int inactive) {
    public Complete {
      assets = List.copyOf(assets);
      refused = List.copyOf(refused);
    }

    /** Camel hashes what an expression walks through, and the list has thousands of rows. */
    @Override
    public int hashCode() {
      return Objects.hash(active, inactive);
    }
  }

  /** What is asked for, of {@code active} or {@code inactive} ones. */
  public static String query(String status) {
    return "status=" + status + "&asset_class=us_equity";
  }

  /**
   * Reads the answer for one status.
   *
   * @throws MissingDataException when it is no list at all
   */
  public static Half list(JsonNode answer, String status) {
    if (!answer.isArray()) {
      throw new MissingDataException(
          "the " + status + " ones", LIST, "answered with " + JsonFields.quoted(answer));
    }
    List<Asset> assets = new ArrayList<>();
    List<RefusedRow> refused = new ArrayList<>();
    boolean blind = false;
    for (JsonNode row : answer) {
      try {
        assets.add(asset(row, status));
      } catch (MissingDataException malformed) {
        boolean named = JsonFields.isName(row.path("symbol"));
        String symbol = named ? row.path("symbol").textValue() : LIST;
        if (named) {
          assets.add(new Asset(symbol, null, null, null, "unreadable", null));
        } else {
          blind = true;
        }
        if (refused.size() < MOST_LETTERS) {
          refused.add(new RefusedRow(symbol, malformed.getMessage(), row.toString()));
        }
      }
    }
    return new Half(assets, refused, blind);
  }

  /**
   * Puts both halves together if neither came short.
   *
   * @param newest the rows {@code active} and {@code inactive} of the newest complete list; empty
   *     before the first
   * @throws MissingDataException when one came short: what it lacks is no proof of anything
   */
  public static Complete complete(Half active, Half inactive, List<Map<String, Object>> newest) {
    int before = newest.isEmpty() ? 0 : ((Number) newest.get(0).get("active")).intValue();
    int gone = newest.isEmpty() ? 0 : ((Number) newest.get(0).get("inactive")).intValue();
    refuseShort("active", active.readable(), Math.max(LEAST_ACTIVE, least(before)));
    refuseShort("inactive", inactive.readable(), least(gone));
    List<Asset> assets = new ArrayList<>(active.assets());
    assets.addAll(inactive.assets());
    List<RefusedRow> refused = new ArrayList<>(active.refused());
    refused.addAll(inactive.refused());
    return new Complete(
        assets,
        refused,
        active.blind() || inactive.blind(),
        active.readable(),
        inactive.readable());
  }

  private static int least(int before) {
    return (int) (((long) before * LEAST_PERCENT + 99) / 100);
  }

  private static void refuseShort(String status, int came, int least) {
    if (came < least) {
      throw new MissingDataException(
          "most " + status + " ones",
          LIST,
          came
              + " came where "
              + least
              + " or more were expected, so that no symbol is changed by it; if the list is right,"
              + " empty table symbol_lists");
    }
  }

  private static Asset asset(JsonNode row, String status) {
    String symbol = JsonFields.requiredName(row, "symbol", LIST);
    String served = JsonFields.required(JsonFields.text(row.path("status")), "status", symbol);
    if (!served.equals(status)) {
      throw new MissingDataException(
          "status",
          symbol,
          "'"
              + JsonFields.quoted(row.path("status"))
              + "' where "
              + status
              + " ones"
              + " were asked for");
    }
    return new Asset(
        symbol,
        JsonFields.required(filled(row, "id", symbol), "id", symbol),
        filled(row, "name", symbol),
        filled(row, "exchange", symbol),
        served,
        tradable(row, symbol));
  }

  /** A text that says something, or null where there is none. */
  private static String filled(JsonNode row, String field, String symbol) {
    JsonNode node = row.path(field);
    if (!JsonFields.absent(node) && !node.isTextual()) {
      throw new MissingDataException(field, symbol, "not a text: " + JsonFields.quoted(node));
    }
    String text = Text.storable(JsonFields.text(node));
    return text == null || text.isBlank() ? null : text.strip();
  }

  private static Boolean tradable(JsonNode row, String symbol) {
    JsonNode node = row.path("tradable");
    if (!JsonFields.absent(node) && !node.isBoolean()) {
      throw new MissingDataException(
          "tradable", symbol, "not true or false: " + JsonFields.quoted(node));
    }
    return node.isBoolean() ? node.booleanValue() : null;
  }
}
