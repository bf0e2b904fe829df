package dev.caravan.support;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.core.joran.spi.JoranException;
import dev.caravan.console.Caravan;
import dev.caravan.market.MarketCalendar;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.slf4j.LoggerFactory;

/**
 * A command that has run in this JVM as in one of its own: with its settings as system properties,
 * its log set up anew, and what it prints on standard output and standard error caught.
 */
public final class CommandHere {
  private final int exitCode;
  private final List<String> output;
  private final List<String> errors;

  private CommandHere(int exitCode, List<String> output, List<String> errors) {
    this.exitCode = exitCode;
    this.output = output;
    this.errors = errors;
  }

  /**
   * @param settings as {@code -D} would give them
   * @param arguments the words behind the jar's name
   */
  public static synchronized CommandHere run(Map<String, String> settings, String... arguments) {
    Properties before = (Properties) System.getProperties().clone();
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    try {
      settings.forEach(System::setProperty);
      System.setOut(new PrintStream(output, true, StandardCharsets.UTF_8));
      System.setErr(new PrintStream(errors, true, StandardCharsets.UTF_8));
      log();
      int exitCode = Caravan.commandLine().execute(arguments);
      return new CommandHere(exitCode, lines(output), lines(errors));
    } finally {
      System.setOut(out);
      System.setErr(err);
      System.setProperties(before);
      log();
      // One for the whole JVM, which the command learned from its database.
      MarketCalendar.learn(List.of());
    }
  }

  /** A process reads this once, with the level that is set when its first line is logged. */
  private static void log() {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    URL configuration = CommandHere.class.getResource("/logback.xml");
    context.reset();
    JoranConfigurator configurator = new JoranConfigurator();
    configurator.setContext(context);
    try {
      configurator.doConfigure(configuration);
    } catch (JoranException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<String> lines(ByteArrayOutputStream printed) {
    return printed.toString(StandardCharsets.UTF_8).lines().toList();
  }

  public int exitCode() {
    return exitCode;
  }

  /** The lines of standard output. */
  public List<String> output() {
    return output;
  }

  /** The lines of standard error, which the log is part of. */
  public List<String> errors() {
    return errors;
  }

  /**
   * The same without what the log says of a server that the test holds, where a process stops it.
   */
  public List<String> lastWords() {
    return errors.stream().filter(line -> !line.contains(" keeps running: ")).toList();
  }

  /** Everything that was printed, on one string. */
  public String everything() {
    return String.join("\n", output) + "\n" + String.join("\n", errors);
  }
}
