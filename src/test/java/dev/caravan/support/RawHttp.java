package dev.caravan.support;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * A connection over which a test sends what it likes, byte for byte: a client of HTTP would put it
 * right. It is opened anew where the server has closed it.
 */
public final class RawHttp implements AutoCloseable {
  /** What came back; names of headers in lower case. */
  public record Answer(int status, Map<String, String> headers, String body) {
    public String header(String name) {
      return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
    }
  }

  private final int port;
  private Socket socket;
  private InputStream input;

  private RawHttp(int port) {
    this.port = port;
  }

  public static RawHttp to(int port) {
    return new RawHttp(port);
  }

  /** Sends one request, whose lines are given without their ends, and reads the answer to it. */
  public Answer ask(String... lines) {
    String text = String.join("\r\n", lines) + "\r\n\r\n";
    boolean head = lines[0].startsWith("HEAD ");
    try {
      boolean fresh = socket == null;
      send(text);
      try {
        return read(head);
      } catch (IOException e) {
        if (fresh) {
          throw e;
        }
        // The server had closed the connection behind the answer before.
        close();
        send(text);
        return read(head);
      }
    } catch (IOException e) {
      close();
      throw new UncheckedIOException(lines[0], e);
    }
  }

  /** Sends these bytes on a new connection and reads every answer until the server closes it. */
  public List<Answer> all(String bytes) {
    close();
    List<Answer> answers = new ArrayList<>();
    try {
      send(bytes);
      while (true) {
        answers.add(read(false));
      }
    } catch (IOException e) {
      // No more is to come.
      return answers;
    } finally {
      close();
    }
  }

  private void send(String text) throws IOException {
    if (socket == null) {
      socket = new Socket("127.0.0.1", port);
      socket.setSoTimeout((int) CaravanProcess.PATIENCE.toMillis());
      socket.setTcpNoDelay(true);
      input = new BufferedInputStream(socket.getInputStream());
    }
    try {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      // It refused before it had read all: the answer is there.
      return;
    }
  }

  private Answer read(boolean head) throws IOException {
    String[] first = line().split(" ", 3);
    if (!first[0].startsWith("HTTP/1.")) {
      throw new IOException("No answer of HTTP/1: " + String.join(" ", first));
    }
    int status = Integer.parseInt(first[1]);
    Map<String, String> headers = new TreeMap<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      headers.merge(
          line.substring(0, colon).toLowerCase(Locale.ROOT),
          line.substring(colon + 1).strip(),
          (one, other) -> one + " AND " + other);
    }
    String body = head || status == 204 || status == 304 ? "" : body(headers);
    if (headers.getOrDefault("connection", "").equalsIgnoreCase("close")) {
      close();
    }
    return new Answer(status, headers, body);
  }

  private String body(Map<String, String> headers) throws IOException {
    if ("chunked".equalsIgnoreCase(headers.get("transfer-encoding"))) {
      StringBuilder body = new StringBuilder();
      for (int size = chunk(); size > 0; size = chunk()) {
        body.append(exactly(size));
        line();
      }
      line();
      return body.toString();
    }
    return exactly(Integer.parseInt(headers.getOrDefault("content-length", "0")));
  }

  private int chunk() throws IOException {
    return Integer.parseInt(line().strip(), 16);
  }

  private String exactly(int size) throws IOException {
    byte[] bytes = input.readNBytes(size);
    if (bytes.length < size) {
      throw new EOFException("The answer ends too early");
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int next = input.read(); next != '\n'; next = input.read()) {
      if (next < 0) {
        throw new EOFException("The server closed the connection");
      }
      if (next != '\r') {
        line.write(next);
      }
    }
    return line.toString(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    if (socket != null) {
      try {
        socket.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } finally {
        socket = null;
      }
    }
  }
}
