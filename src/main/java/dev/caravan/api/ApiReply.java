package dev.caravan.api;

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
 * @param etag names these very bytes; weak, since they may be sent compressed
 * @param link where the next page is, or null
 * @param unchanged whether the client has it already
 * @param gzip whether it is worth compressing, and the client reads that
 */
public record ApiReply(byte[] body, String etag, String link, boolean unchanged, boolean gzip) {
  /** Less than one packet of the network is not worth it. */
  private static final int WORTH_GZIP = 1400;

  /**
   * The answer of a statement, which gives one row: {@code body}, the JSON or null where there is
   * nothing; {@code next}, the key of the last row where there are more; and {@code unknown}, the
   * symbol that was asked for where there is no such.
   *
   * @param missing what is said where there is nothing
   * @throws ProblemException where there is nothing, or no such symbol
   */
  public static ApiReply rows(List<Map<String, Object>> rows, ApiRequest request, String missing) {
    Map<String, Object> row = rows.get(0);
    if (row.get("unknown") != null) {
      throw Problem.missing("There is no symbol " + row.get("unknown") + ".");
    }
    if (row.get("body") == null) {
      throw Problem.missing(missing);
    }
    Object next = row.get("next");
    return of((String) row.get("body"), request, next == null ? null : next.toString());
  }

  public static ApiReply json(String json, ApiRequest request) {
    return of(json, request, null);
  }

  private static ApiReply of(String json, ApiRequest request, String next) {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    String etag = "W/\"" + hash(body) + "\"";
    return new ApiReply(
        body,
        etag,
        next == null ? null : "<" + request.next(next) + ">; rel=\"next\"",
        matches(request.known(), etag),
        request.gzip() && body.length > WORTH_GZIP);
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
