package dev.caravan.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.market.answer.JsonFields;
import dev.caravan.stream.StreamFigures;
import java.math.BigDecimal;
import java.math.RoundingMode;

/** What the two streams are doing. */
public final class ApiStreams {
  private StreamFigures market;
  private StreamFigures news;
  private boolean enabled;

  public void setMarket(StreamFigures figures) {
    market = figures;
  }

  public void setNews(StreamFigures figures) {
    news = figures;
  }

  /** Whether the settings want streams at all. */
  public void setEnabled(boolean wanted) {
    enabled = wanted;
  }

  public String json() {
    ObjectNode json = JsonFields.mapper().createObjectNode();
    json.set("market", one(market, enabled));
    json.set("news", one(news, enabled));
    return json.toString();
  }

  private static ObjectNode one(StreamFigures figures, boolean enabled) {
    double age = figures.getSecondsSinceLastMessage();
    ObjectNode json = JsonFields.mapper().createObjectNode();
    json.put("enabled", enabled);
    json.put("wanted", figures.isWanted());
    json.put("connected", figures.isConnected());
    json.put("subscribed", figures.isSubscribed());
    json.put("state", figures.getState());
    json.put("holder", figures.getHolder());
    json.put("rows_total", figures.getRows());
    json.put("rows_per_second", rounded(figures.getRowsPerSecond()));
    json.put("messages_total", figures.getMessages());
    json.put("messages_per_second", rounded(figures.getMessagesPerSecond()));
    json.put("bytes_queued", figures.getBytesQueued());
    json.put("lag_ms", rounded(figures.getMeanLagMs()));
    json.put("reconnects", figures.getReconnects());
    json.put("seconds_since_last_message", age < 0 ? null : rounded(age));
    json.put("store_trouble", figures.getStoreTrouble());
    json.put("gaps_open", figures.getOpenGaps() < 0 ? null : figures.getOpenGaps());
    return json;
  }

  private static BigDecimal rounded(double figure) {
    return BigDecimal.valueOf(figure).setScale(1, RoundingMode.HALF_UP);
  }
}
