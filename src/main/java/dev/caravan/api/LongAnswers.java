package dev.caravan.api;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.caravan.database.PageReader;
import dev.caravan.database.PageRows;
import java.io.ByteArrayInputStream;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;

/**
 * Answers with bars or trades in one of the compact forms. CSV is sent while it is read, so that
 * its length costs no memory; columns can only be sent when the last row is there, and are so many
 * at the most that they can be kept.
 */
public final class LongAnswers {
  /** An answer that is no longer than this is known whole before it is sent. */
  private static final int SHORT = 512 * 1024;

  /** Answers longer than that which may be kept at once for whoever takes them slowly. */
  private final Semaphore kept = new Semaphore(4);

  private PageReader reader;

  public void setReader(PageReader reader) {
    this.reader = reader;
  }

  /**
   * @param dataset as {@link PageReader#read} names it
   * @throws ProblemException where there is no such symbol
   * @throws SQLException where the database refuses before the first row is sent
   */
  public ApiReply answer(String dataset, ApiRequest request, Exchange exchange)
      throws SQLException {
    PageRows rows = reader.read(dataset, request.parameters());
    boolean handedOn = false;
    try {
      if (rows.unknown().isPresent()) {
        throw ApiReply.unknown(rows.unknown().get());
      }
      PageText text = new PageText(rows, request);
      if (!text.read(request.format() == ApiFormat.CSV ? SHORT : Integer.MAX_VALUE)) {
        List<String> end = rows.endOfPage().orElse(null);
        handedOn = true;
        return ApiReply.streamed(
            AnswerStream.over(new PageCsv(text, request.gzip()), rows, exchange),
            request,
            key(end));
      }
      rows.close();
      ApiReply reply = ApiReply.whole(text.take(), request, key(text.endOfPage()));
      return reply.unchanged() ? reply : kept(reply, request, exchange);
    } finally {
      if (!handedOn) {
        rows.close();
      }
    }
  }

  /** Vert.x would take all of a long answer at once, and keep it for however long it is read. */
  private ApiReply kept(ApiReply reply, ApiRequest request, Exchange exchange) {
    byte[] content = (byte[]) reply.content();
    if (content.length <= SHORT) {
      return reply;
    }
    if (!kept.tryAcquire()) {
      throw new RejectedExecutionException("Too many long answers are being read");
    }
    return new ApiReply(
        AnswerStream.over(new ByteArrayInputStream(content), kept::release, exchange),
        reply.contentType(),
        reply.etag(),
        reply.link(),
        false,
        reply.gzip());
  }

  /** As {@code json_build_array} writes it. */
  private static String key(List<String> parts) {
    return parts == null
        ? null
        : parts.stream()
            .map(
                part -> '"' + new String(JsonStringEncoder.getInstance().quoteAsString(part)) + '"')
            .collect(Collectors.joining(", ", "[", "]"));
  }
}
