package dev.caravan.support;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An HTTP receiver of alerts on loopback, which can refuse, be slow, go away and come back. */
public final class Receiver implements AutoCloseable {
  /** What was received: method, path with query, content type and body. */
  public record Received(String method, String path, String contentType, String body) {}

  private final List<Received> received = new CopyOnWriteArrayList<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final int port;
  private volatile int status = 200;
  private volatile CountDownLatch holding = new CountDownLatch(0);
  private HttpServer server;

  public Receiver() {
    this.port = TestDatabase.freePort();
    comeBack();
  }

  public String url() {
    return "http://127.0.0.1:" + port;
  }

  /** All requests that were taken, in their order; a refused one is none of them. */
  public List<Received> received() {
    return received;
  }

  public void answer(int answered) {
    status = answered;
  }

  /** Answers nobody until it is let go. */
  public void hold() {
    holding = new CountDownLatch(1);
  }

  public void letGo() {
    holding.countDown();
  }

  public void goAway() {
    server.stop(0);
  }

  public void comeBack() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext(
        "/",
        exchange -> {
          String body =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          try {
            holding.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          if (status < 300) {
            received.add(
                new Received(
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().toString(),
                    exchange.getRequestHeaders().getFirst("Content-Type"),
                    body));
          }
          exchange.sendResponseHeaders(status, -1);
          exchange.close();
        });
    server.start();
  }

  @Override
  public void close() {
    letGo();
    goAway();
    threads.shutdownNow();
  }
}
