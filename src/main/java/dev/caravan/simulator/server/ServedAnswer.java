package dev.caravan.simulator.server;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** What is sent back. */
public record ServedAnswer(
    int status, String contentType, byte[] body, Map<String, String> headers) {
  public static final String JSON = "application/json";

  public static ServedAnswer of(int status, String contentType, String body) {
    return new ServedAnswer(status, contentType, body.getBytes(StandardCharsets.UTF_8), Map.of());
  }

  public static ServedAnswer json(byte[] body) {
    return new ServedAnswer(200, JSON, body, Map.of());
  }

  public static ServedAnswer html(int status, String title) {
    return of(
        status,
        "text/html",
        "<html>\r\n<head><title>"
            + title
            + "</title></head>\r\n<body>\r\n<center><h1>"
            + title
            + "</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n");
  }

  ServedAnswer with(Map<String, String> more) {
    Map<String, String> all = new HashMap<>(headers);
    all.putAll(more);
    return new ServedAnswer(status, contentType, body, all);
  }
}
