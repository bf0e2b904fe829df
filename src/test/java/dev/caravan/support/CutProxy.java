package dev.caravan.support;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * Stands between Caravan and a server, and cuts every connection at the very moment in which one
 * sends certain words.
 */
public final class CutProxy implements AutoCloseable {
  private final ServerSocket listener;
  private final int target;
  private final Deque<String> moments;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile boolean away;
  private volatile boolean dark;

  /**
   * @param target port of the server on this machine
   * @param moments the words, in the order in which they are waited for, each once
   */
  public CutProxy(int target, List<String> moments) {
    this.target = target;
    this.moments = new ConcurrentLinkedDeque<>(moments);
    try {
      this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    start(this::accept);
  }

  public int port() {
    return listener.getLocalPort();
  }

  /** The words that have not come yet. */
  public List<String> left() {
    return List.copyOf(moments);
  }

  /** From now on the server is away. */
  public void goAway() throws IOException {
    away = true;
    cut();
  }

  /** From now on nothing comes through, and nobody is told. */
  public void goDark() {
    dark = true;
  }

  /** From now on the server is there; what the darkness has swallowed is gone. */
  public void comeBack() {
    away = false;
    dark = false;
  }

  @Override
  public void close() {
    try {
      listener.close();
      cut();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        if (away) {
          client.close();
          continue;
        }
        Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
        open.addAll(List.of(client, server));
        start(() -> carry(client, server, true));
        start(() -> carry(server, client, false));
      } catch (IOException over) {
        // The listener was closed, or the server is not there: the next one may have more luck.
        continue;
      }
    }
  }

  private void carry(Socket from, Socket to, boolean watched) {
    byte[] bytes = new byte[65_536];
    try (from;
        to;
        InputStream input = from.getInputStream();
        OutputStream output = to.getOutputStream()) {
      for (int read = input.read(bytes); read >= 0; read = input.read(bytes)) {
        if (watched && isMoment(new String(bytes, 0, read, StandardCharsets.ISO_8859_1))) {
          cut();
          return;
        }
        if (!dark) {
          output.write(bytes, 0, read);
        }
      }
    } catch (IOException cut) {
      return;
    } finally {
      open.removeAll(List.of(from, to));
    }
  }

  private synchronized boolean isMoment(String sent) {
    String next = moments.peek();
    if (next == null || !sent.contains(next)) {
      return false;
    }
    moments.remove();
    return true;
  }

  private void cut() throws IOException {
    for (Socket socket : open) {
      socket.close();
    }
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(work, "cut proxy");
    thread.setDaemon(true);
    thread.start();
  }
}
