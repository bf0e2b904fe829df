package dev.caravan.support;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A provider over a real socket that answers what the test tells it, and remembers what it was
 * asked.
 */
public final class Canned implements AutoCloseable {
  /** One answer. */
  public record Reply(int status, String body, Map<String, String> headers) {}

  /** One request: path with query, its headers in lower case, and when it came. */
  public record Asked(String uri, Map<String, List<String>> headers, long nanoTime) {}

  private final HttpServer server;
  private final Map<String, List<Function<String, Reply>>> replies =
      Collections.synchronizedMap(new LinkedHashMap<>());
  private final List<Asked> asked = new CopyOnWriteArrayList<>();

  public Canned() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1000);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(Executors.newCachedThreadPool());
    server.createContext("/", this::answer);
    server.start();
  }

  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /**
   * Answers a path that contains the text, the first told first; several replies are given in turn,
   * the last for good.
   */
  public Canned on(String part, Reply... inTurn) {
    replies.put(
        part,
        new CopyOnWriteArrayList<>(
            Stream.of(inTurn).<Function<String, Reply>>map(reply -> uri -> reply).toList()));
    return this;
  }

  /** Answers a path that contains the text with what the path and query call for. */
  public Canned on(String part, Function<String, Reply> reply) {
    replies.put(part, List.of(reply));
    return this;
  }

  public static Reply ok(String body) {
    return new Reply(200, body, Map.of("Content-Type", "application/json;charset=utf-8"));
  }

  public static Reply status(int status, String body) {
    return new Reply(status, body, Map.of());
  }

  /** The text of a file under src/test/resources. */
  public static String fixture(String path) {
    try (InputStream file = Canned.class.getResourceAsStream("/" + path)) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public List<Asked> asked() {
    return List.copyOf(asked);
  }

  public void reset() {
    replies.clear();
    asked.clear();
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String uri = exchange.getRequestURI().toString();
    asked.add(new Asked(uri, Map.copyOf(exchange.getRequestHeaders()), System.nanoTime()));
    Reply reply = replyTo(uri);
    byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
    reply.headers().forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
    exchange.sendResponseHeaders(reply.status(), body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private Reply replyTo(String uri) {
    for (Map.Entry<String, List<Function<String, Reply>>> entry : List.copyOf(replies.entrySet())) {
      if (uri.contains(entry.getKey())) {
        List<Function<String, Reply>> inTurn = entry.getValue();
        return (inTurn.size() > 1 ? inTurn.remove(0) : inTurn.get(0)).apply(uri);
      }
    }
    return status(500, "nothing canned for " + uri);
  }
}
