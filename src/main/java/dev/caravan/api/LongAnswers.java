package dev.caravan.api;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.caravan.database.Export.Dataset;
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
 * Answers with as many rows as there are, in one of the compact forms. CSV and Parquet are sent
 * while they are read, so that their length costs no memory; columns can only be sent when the last
 * row is there, and are so many at the most that they can be kept.
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
   * All rows of a dataset, of which a part may be selected.
   *
   * @throws ProblemException where the dataset has nothing of the kind to select
   */
  public ApiReply export(ApiRequest request, Exchange exchange) throws SQLException {
    String dataset = request.parameters().get("dataset").toString();
    List<String> selectors = Dataset.named(dataset).orElseThrow().selectors();
    for (String selector : List.of("timeframe", "source", "feed")) {
      if (request.query().containsKey(selector) && !selectors.contains(selector)) {
        throw Problem.bad(
            selector, "Parameter " + selector + " does not apply to " + dataset + ".");
      }
    }
    return answer("export", request, exchange);
  }

  /**
   * @param which as {@link PageReader#read} names it
   * @throws ProblemException where there is no such symbol
   * @throws SQLException where the database refuses before the first row is sent
   */
  public ApiReply answer(String which, ApiRequest request, Exchange exchange) throws SQLException {
    PageRows rows = reader.read(which, request.parameters());
    boolean handedOn = false;
    try {
      if (rows.unknown().isPresent()) {
        throw ApiReply.unknown(rows.unknown().get());
      }
      PageContent content = new PageContent(rows, request);
      if (!content.read(request.format().isStreamed() ? SHORT : Integer.MAX_VALUE)) {
        List<String> end = rows.endOfPage().orElse(null);
        handedOn = true;
        return ApiReply.streamed(
            AnswerStream.over(new PageStream(content, request.gzip()), rows, exchange),
            request,
            key(end));
      }
      rows.close();
      ApiReply reply = ApiReply.whole(content.take(), request, key(content.endOfPage()));
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
