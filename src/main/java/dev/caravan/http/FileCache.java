package dev.caravan.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.impl.MimeMapping;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.StaticHandler;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * What a browser need not be sent twice, and what it can be sent shorter: the files of one folder
 * of the jar, each with the name of its contents and, where that is worth it, compressed once for
 * all. Everything else, and the file itself for whoever wants it as it is, is {@link
 * StaticHandler}'s.
 */
final class FileCache {
  /** Plain names with an ending: no folder, nothing hidden, nothing that has to be decoded. */
  private static final Pattern FILE =
      Pattern.compile("(/[A-Za-z0-9_-][A-Za-z0-9._-]*)+\\.[a-z0-9]+");

  /** Whose name changes with its contents: a browser need never ask again. */
  private static final Pattern VERSIONED = Pattern.compile(".*\\.[0-9a-f]{8,}\\.[A-Za-z0-9.]+");

  private static final Pattern GZIP =
      Pattern.compile("(?i)gzip(\\s*;\\s*q\\s*=\\s*(1(\\.0*)?|0?\\.\\d*[1-9]\\d*))?");

  /** Less than one packet of the network is not worth it. */
  private static final int WORTH_GZIP = 1400;

  private static final String FOR_EVER = "private, max-age=31536000, immutable";

  private final String folder;
  private final StaticHandler files;
  private final Map<String, Known> known = new ConcurrentHashMap<>();

  /**
   * @param compressed null where that is hardly shorter
   */
  private record Known(String etag, byte[] compressed) {}

  FileCache(String folder, StaticHandler files) {
    this.folder = folder;
    this.files = files;
  }

  /**
   * @param path of the file within the folder, from its slash on
   */
  void handle(RoutingContext context, String path) {
    String name = path.equals("/") ? "/index.html" : path;
    HttpMethod method = context.request().method();
    boolean reads = method == HttpMethod.GET || method == HttpMethod.HEAD;
    if (!reads || !FILE.matcher(name).matches()) {
      files.handle(context);
      return;
    }
    Known before = known.get(name);
    if (before != null) {
      send(context, name, before);
      return;
    }
    context
        .vertx()
        .executeBlocking(() -> read(folder + name), false)
        .onSuccess(
            read -> {
              if (read == null) {
                files.handle(context);
              } else {
                known.put(name, read);
                send(context, name, read);
              }
            })
        .onFailure(context::fail);
  }

  private void send(RoutingContext context, String name, Known file) {
    HttpServerResponse response = context.response();
    response.putHeader(HttpHeaders.ETAG, file.etag());
    response.putHeader(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
    if (VERSIONED.matcher(name).matches()) {
      response.putHeader(HttpHeaders.CACHE_CONTROL, FOR_EVER);
    }
    if (has(context.request().getHeader(HttpHeaders.IF_NONE_MATCH), file.etag())) {
      response.setStatusCode(304).end();
    } else if (file.compressed() != null
        && context.request().getHeader("Range") == null
        && reads(context.request().getHeader(HttpHeaders.ACCEPT_ENCODING))) {
      response.putHeader(HttpHeaders.CONTENT_TYPE, type(name));
      response.putHeader(HttpHeaders.CONTENT_ENCODING, "gzip");
      response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(file.compressed().length));
      if (context.request().method() == HttpMethod.HEAD) {
        response.end();
      } else {
        response.end(Buffer.buffer(file.compressed()));
      }
    } else {
      files.handle(context);
    }
  }

  private static boolean has(String given, String etag) {
    return given != null
        && Arrays.stream(given.split(","))
            .map(String::strip)
            .anyMatch(each -> each.equals("*") || each.equals(etag) || etag.equals("W/" + each));
  }

  private static boolean reads(String codings) {
    return codings != null
        && Arrays.stream(codings.split(","))
            .map(String::strip)
            .anyMatch(each -> GZIP.matcher(each).matches());
  }

  private static String type(String name) {
    String type = MimeMapping.getMimeTypeForFilename(name);
    if (type == null) {
      return "application/octet-stream";
    }
    return type.startsWith("text") ? type + ";charset=UTF-8" : type;
  }

  private static Known read(String file) throws IOException {
    try (InputStream in = FileCache.class.getClassLoader().getResourceAsStream(file)) {
      if (in == null) {
        return null;
      }
      byte[] bytes = in.readAllBytes();
      byte[] compressed = bytes.length > WORTH_GZIP ? compress(bytes) : bytes;
      return new Known(
          "W/\"" + hash(bytes) + "\"",
          compressed.length < bytes.length - bytes.length / 10 ? compressed : null);
    }
  }

  private static byte[] compress(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip =
        new GZIPOutputStream(out) {
          {
            def.setLevel(Deflater.BEST_COMPRESSION);
          }
        }) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }

  private static String hash(byte[] bytes) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(digest, 18));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
