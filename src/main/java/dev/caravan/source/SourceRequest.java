package dev.caravan.source;

import java.util.Map;

/**
 * What a source is asked, as the headers of the call say it. A request takes all headers away, so
 * that a second one needs this.
 *
 * @param path header {@code CamelHttpPath}, percent-encoded
 * @param query header {@code CamelHttpQuery}, percent-encoded; null for none
 * @param symbols header {@code symbols}: what is asked for, separated by commas, which an error
 *     names
 * @param priority header {@code priority}: who goes first where requests are scarce; null is live
 * @param cookie header {@code Cookie}, or null
 * @param spared header {@code spared}: whether a refusal for rate leaves the rest of the account
 *     alone
 */
public record SourceRequest(
    String path, String query, String symbols, String priority, String cookie, boolean spared) {

  public static SourceRequest of(Map<String, Object> headers) {
    return new SourceRequest(
        text(headers, "CamelHttpPath"),
        text(headers, "CamelHttpQuery"),
        text(headers, "symbols"),
        text(headers, "priority"),
        text(headers, "Cookie"),
        Boolean.parseBoolean(text(headers, "spared")));
  }

  /** Without query and cookie, which can hold a secret of the account's. */
  @Override
  public String toString() {
    return "SourceRequest[" + path + "]";
  }

  private static String text(Map<String, Object> headers, String name) {
    Object value = headers.get(name);
    return value == null ? null : value.toString();
  }
}
