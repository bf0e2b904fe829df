package dev.caravan.alerts;

import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.support.DefaultExchange;

/**
 * The words of an alert: files of {@code alerts/} in Camel's simple language. {@code
 * alerts/WHAT.txt} has the title of a condition in its first line and what it means behind it;
 * {@code alerts/forms/} has what is sent of them as text, as JSON and to Slack.
 */
final class AlertTemplates {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'").withZone(ZoneOffset.UTC);

  private final CamelContext context;

  AlertTemplates(CamelContext context) {
    this.context = context;
  }

  /** The title, and the message in the form that an address takes. */
  record Written(String title, String text) {}

  Written write(AlertMessage message, AlertAddress.Form form) {
    Map<String, Object> words = new HashMap<>();
    words.put("id", message.id());
    words.put("what", message.what());
    words.put("subject", message.subject());
    words.put("kind", message.kind().name().toLowerCase(Locale.ROOT));
    words.put("detail", message.detail());
    words.put("host", message.host());
    words.put("since", message.since().toString());
    words.put("until", message.until() == null ? "" : message.until().toString());
    words.put("when", when(message));
    String[] condition = filled("alerts/" + message.what() + ".txt", words).split("\n", 2);
    words.put("title", message.kind().word() + ": " + condition[0].strip());
    // What it means matters while it lasts.
    words.put(
        "meaning",
        message.kind() == AlertMessage.Kind.CLEARED || condition.length == 1
            ? ""
            : condition[1].strip());
    words.put("guide", "docs/alerts.md#" + message.what());
    Map<String, String> quoted = new HashMap<>();
    words.put("text", filled("alerts/forms/text.txt", words));
    words.forEach((name, value) -> quoted.put(name, new TextNode((String) value).toString()));
    words.put("quoted", quoted);
    String text =
        switch (form) {
          case TEXT -> (String) words.get("text");
          case JSON -> filled("alerts/forms/webhook.json", words);
          case SLACK -> filled("alerts/forms/slack.json", words);
        };
    return new Written((String) words.get("title"), text);
  }

  private static String when(AlertMessage message) {
    String since = TIME.format(message.since());
    if (message.until() == null) {
      return "Since " + since;
    }
    return "From " + since + " to " + TIME.format(message.until()) + lasted(message);
  }

  private static String lasted(AlertMessage message) {
    Instant until = message.until();
    long minutes = Duration.between(message.since(), until).toMinutes();
    return minutes < 1 ? "" : " (" + minutes + " min)";
  }

  private String filled(String name, Map<String, Object> words) {
    Expression template = context.resolveLanguage("simple").createExpression(read(name));
    Exchange exchange = new DefaultExchange(context);
    exchange.getMessage().setBody(words);
    // A line of which nothing is known is no line.
    return template.evaluate(exchange, String.class).replaceAll("\n{3,}", "\n\n").strip();
  }

  private static String read(String name) {
    try (InputStream file = AlertTemplates.class.getResourceAsStream("/" + name)) {
      if (file == null) {
        throw new IllegalArgumentException("There is no template " + name);
      }
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
