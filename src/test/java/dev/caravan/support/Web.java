package dev.caravan.support;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Asks Caravan over HTTP, as a browser or a monitor does. */
public final class Web {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String url;
  private final String authorization;

  private Web(String url, String authorization) {
    this.url = url;
    this.authorization = authorization;
  }

  public static Web at(int port) {
    return new Web("http://127.0.0.1:" + port, null);
  }

  public Web as(String user, String password) {
    return withAuthorization(
        "Basic "
            + Base64.getEncoder()
                .encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8)));
  }

  Web withAuthorization(String header) {
    return new Web(url, header);
  }

  public HttpResponse<String> get(String path) {
    return send(HttpRequest.newBuilder(URI.create(url + path)));
  }

  public HttpResponse<String> post(String path, String body) {
    return send(
        HttpRequest.newBuilder(URI.create(url + path))
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) {
    if (authorization != null) {
      request.header("Authorization", authorization);
    }
    try {
      return CLIENT.send(
          request.timeout(CaravanProcess.PATIENCE).build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Any request without a body; headers are given as name and value in turn. */
  public HttpResponse<byte[]> ask(String method, String path, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + path))
            .method(method, HttpRequest.BodyPublishers.noBody())
            .timeout(CaravanProcess.PATIENCE);
    if (headers.length > 0) {
      request.headers(headers);
    }
    if (authorization != null) {
      request.header("Authorization", authorization);
    }
    try {
      return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** One check of /observe/health, by its id; a missing node where it is not there. */
  public JsonNode check(String id) {
    try {
      for (JsonNode check : JSON.readTree(get("/observe/health").body()).path("checks")) {
        if (check.path("name").asText().equals(id)) {
          return check;
        }
      }
      return JSON.missingNode();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The sum of a metric over its labels; the name may go on into the labels. */
  public double metric(String name) {
    Matcher line =
        Pattern.compile("(?m)^" + Pattern.quote(name) + ".* (\\S+)$")
            .matcher(get("/observe/metrics").body());
    double sum = 0;
    while (line.find()) {
      sum += Double.parseDouble(line.group(1));
    }
    return sum;
  }
}
