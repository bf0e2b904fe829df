package dev.caravan.runtime;

import dev.caravan.http.AccessGuard;
import io.vertx.core.http.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServer;

/** The address that the runtime serves HTTP on, {@code caravan.http.host} and {@code .port}. */
public record HttpPort(String host, int port) {

  public static HttpPort of(Settings settings) {
    return new HttpPort(settings.get("caravan.http.host"), settings.number("caravan.http.port"));
  }

  /** The address as a browser takes it, without a slash at its end. */
  public String url() {
    return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }

  /**
   * Camel starts without a word where it cannot listen, so it has to be asked before.
   *
   * @throws SettingException where the address cannot be listened on
   */
  void refuseTaken() {
    fault()
        .ifPresent(
            fault -> {
              throw new SettingException(fault);
            });
  }

  /**
   * Between that and Camel's start another program may have taken the port.
   *
   * @throws SettingException where this context does not listen on the address
   */
  public void refuseUnserved(CamelContext context) {
    VertxPlatformHttpServer server = context.hasService(VertxPlatformHttpServer.class);
    if (server == null || !listens(server.getServer())) {
      throw new SettingException(taken());
    }
  }

  /** Vert.x tells it in one way only: a server that listens refuses to be given a handler. */
  private static boolean listens(HttpServer server) {
    try {
      server.requestHandler(server.requestHandler());
      return false;
    } catch (IllegalStateException e) {
      return true;
    }
  }

  /** Why the address cannot be listened on and what to do, in one line; empty if it can. */
  public Optional<String> fault() {
    InetAddress address;
    try {
      address = InetAddress.getByName(host);
    } catch (UnknownHostException e) {
      return Optional.of(noAddress());
    }
    try (ServerSocket probe = new ServerSocket()) {
      // A port with connections of a process that has just ended is free, as it is for Camel.
      probe.setReuseAddress(true);
      probe.bind(new InetSocketAddress(address, port));
      return Optional.empty();
    } catch (IOException e) {
      String reason = String.valueOf(e.getMessage());
      if (reason.contains("in use")) {
        return Optional.of(taken());
      }
      return Optional.of(
          reason.contains("assign")
              ? noAddress()
              : "caravan.http.port "
                  + port
                  + " on "
                  + host
                  + " is not available for listening ("
                  + reason
                  + "). Set caravan.http.port to another port, one above 1023.");
    }
  }

  private String taken() {
    return "caravan.http.port "
        + port
        + " on "
        + host
        + " is in use by another program. Stop that program, or set caravan.http.port to a free"
        + " port.";
  }

  private String noAddress() {
    return "caravan.http.host: '"
        + host
        + "' is not an address of this machine; use one that is, or 127.0.0.1.";
  }

  /** Whether it is a Caravan that serves there. */
  public boolean isCaravan() {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url() + "/observe/health/live"))
            .timeout(Duration.ofSeconds(5))
            .build();
    try {
      return HttpClient.newBuilder()
          .connectTimeout(Duration.ofSeconds(2))
          .build()
          .send(request, HttpResponse.BodyHandlers.discarding())
          .headers()
          .firstValue("Server")
          .filter(AccessGuard.SERVER::equals)
          .isPresent();
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
