package dev.caravan.api;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * The answer to a read.
 *
 * @param content the bytes, or a stream of them
 * @param contentType their media type
 * @param etag names these very bytes; weak, since they may be sent compressed; null of a stream,
 *     whose end nobody knows yet
 * @param link where the next page is, or null
 * @param unchanged whether the client has it already
 * @param gzip whether the content is compressed
 */
public record ApiReply(
    Object content, String contentType, String etag, String link, boolean unchanged, boolean gzip) {
  /** Less than one packet of the network is not worth it. */
  private static final int WORTH_GZIP = 1400;

  /**
   * The answer of a statement, which gives one row: {@code body}, the JSON or null where there is
   * nothing; {@code next}, the key of the last row where there are more; and {@code unknown}, the
   * symbol that was asked for where there is no such.
   *
   * @param missing what is said where there is nothing
   * @param columns the names in an object of the JSON, separated by commas; needed where it may be
   *     asked for in another form
   * @throws ProblemException where there is nothing, or no such symbol
   */
  public static ApiReply rows(
      List<Map<String, Object>> rows, ApiRequest request, String missing, String columns) {
    Map<String, Object> row = rows.get(0);
    if (row.get("unknown") != null) {
      throw unknown(row.get("unknown").toString());
    }
    if (row.get("body") == null) {
      throw Problem.missing(missing);
    }
    Object next = row.get("next");
    String json = (String) row.get("body");
    byte[] body =
        request.format() == ApiFormat.JSON
            ? json.getBytes(StandardCharsets.UTF_8)
            : RowWriter.of(json, List.of(columns.split(",\\s*")), request.format());
    return whole(body, request, next == null ? null : next.toString());
  }

  public static ApiReply json(String json, ApiRequest request) {
    return whole(json.getBytes(StandardCharsets.UTF_8), request, null);
  }

  static ProblemException unknown(String symbol) {
    return Problem.missing("There is no symbol " + symbol + ".");
  }

  /**
   * An answer that is all there.
   *
   * @param next the key of its last row where there are more, otherwise null
   */
  static ApiReply whole(byte[] body, ApiRequest request, String next) {
    String etag = "W/\"" + hash(body) + "\"";
    boolean unchanged = matches(request.known(), etag);
    boolean gzip = request.gzip() && body.length > WORTH_GZIP && !unchanged;
    return new ApiReply(
        gzip ? Gzip.compress(body) : body,
        request.format().contentType(),
        etag,
        link(request, next),
        unchanged,
        gzip);
  }

  /** An answer that is read while it is sent, compressed already where the client reads that. */
  static ApiReply streamed(InputStream content, ApiRequest request, String next) {
    return new ApiReply(
        content, request.format().contentType(), null, link(request, next), false, request.gzip());
  }

  private static String link(ApiRequest request, String next) {
    return next == null ? null : "<" + request.next(next) + ">; rel=\"next\"";
  }

  /** As RFC 9110 compares them for If-None-Match: weak and strong alike. */
  private static boolean matches(String known, String etag) {
    return known != null
        && Arrays.stream(known.split(","))
            .map(String::strip)
            .anyMatch(each -> each.equals("*") || etag.equals(each) || etag.equals("W/" + each));
  }

  private static String hash(byte[] body) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(body);
      return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(digest, 18));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
