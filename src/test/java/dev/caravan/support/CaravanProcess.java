package dev.caravan.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.console.Caravan;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Caravan as a user starts it: the packaged jar, in a process and a working directory of its own.
 */
public final class CaravanProcess implements AutoCloseable {
  /** Nothing takes so long unless it hangs. */
  public static final Duration PATIENCE = Duration.ofMinutes(5);

  private final Process process;
  private final List<String> output = new CopyOnWriteArrayList<>();
  private final List<String> errors = new CopyOnWriteArrayList<>();
  private final List<Thread> readers;

  private CaravanProcess(Process process) {
    this.process = process;
    this.readers =
        List.of(reader(process.getInputStream(), output), reader(process.getErrorStream(), errors));
  }

  /** A start that is still to be described, in a working directory. */
  public static Start in(Path directory) {
    return new Start(directory);
  }

  /** How a process is started. */
  public static final class Start {
    private final Path directory;
    private final Map<String, String> settings = new LinkedHashMap<>();
    private final Map<String, String> environment = new LinkedHashMap<>();
    private final List<String> jvm = new ArrayList<>();
    private String classPath;

    private Start(Path directory) {
      this.directory = directory;
      // Two runtimes at a time, and whatever else holds 8080 on this machine, are no test's affair.
      set("caravan.http.port", TestDatabase.freePort());
    }

    /** Gives a key as {@code -D}. */
    public Start set(String key, Object value) {
      settings.put(key, value.toString());
      return this;
    }

    public Start setAll(Map<String, String> more) {
      settings.putAll(more);
      return this;
    }

    /** Options of its JVM. */
    public Start jvm(String... options) {
      jvm.addAll(List.of(options));
      return this;
    }

    public Start environment(String name, String value) {
      environment.put(name, value);
      return this;
    }

    /** Runs these classes instead of the packaged jar. */
    public Start classPath(String path) {
      classPath = path;
      return this;
    }

    public Start keys() {
      return environment("APCA_API_KEY_ID", "PKTEST").environment("APCA_API_SECRET_KEY", "hush");
    }

    /**
     * Runs a one-shot command in this JVM and to its end, which must be this exit code: by the
     * command line that {@code main} runs, without the seconds that a JVM takes. Paths are those of
     * this JVM's directory.
     */
    public CommandHere here(int exitCode, String... arguments) {
      Map<String, String> all = new LinkedHashMap<>(settings);
      environment.forEach((name, value) -> all.put(key(name), value));
      // A process finds it below the directory that it runs in.
      all.computeIfPresent(
          "caravan.database.directory", (key, path) -> directory.resolve(path).toString());
      CommandHere command = CommandHere.run(all, arguments);
      assertThat(command.exitCode()).as(command.everything()).isEqualTo(exitCode);
      return command;
    }

    /** The environment of this JVM cannot be changed. */
    private static String key(String variable) {
      return switch (variable) {
        case "APCA_API_KEY_ID" -> "caravan.alpaca.key-id";
        case "APCA_API_SECRET_KEY" -> "caravan.alpaca.secret-key";
        default -> throw new IllegalArgumentException(variable + " needs a process");
      };
    }

    public CaravanProcess run(String... arguments) {
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      String agent = System.getProperty("caravan.test.agent", "").strip();
      if (!agent.isEmpty()) {
        command.add(agent);
      }
      Stream.of(System.getProperty("caravan.test.jvm", "").split(" "))
          .filter(option -> !option.isEmpty())
          .forEach(command::add);
      command.addAll(jvm);
      settings.forEach((key, value) -> command.add("-D" + key + "=" + value));
      if (classPath == null) {
        command.add("-jar");
        // lib/ lies beside the jar, so that it is run where it was built.
        command.add(
            Path.of(System.getProperty("caravan.jar", "target/caravan.jar"))
                .toAbsolutePath()
                .toString());
      } else {
        command.addAll(List.of("-cp", classPath, Caravan.class.getName()));
      }
      command.addAll(List.of(arguments));
      ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
      builder
          .environment()
          .keySet()
          .removeIf(name -> name.startsWith("CARAVAN_") || name.startsWith("APCA_"));
      builder.environment().putAll(environment);
      try {
        return new CaravanProcess(builder.start());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** The lines of standard output so far. */
  public List<String> output() {
    return List.copyOf(output);
  }

  /** The lines of standard error so far, which the log is part of. */
  public List<String> errors() {
    return List.copyOf(errors);
  }

  /** Everything that was printed so far, on one string. */
  public String everything() {
    return String.join("\n", output) + "\n" + String.join("\n", errors);
  }

  /** Waits for a line on standard error that contains the text. */
  public CaravanProcess awaitLine(String text) {
    await("line '" + text + "'")
        .atMost(PATIENCE)
        .until(() -> errors.stream().anyMatch(line -> line.contains(text)) || !isAlive());
    if (errors.stream().noneMatch(line -> line.contains(text))) {
      throw new AssertionError("It ended without the line '" + text + "':\n" + everything());
    }
    return this;
  }

  /** Asks it to end, as Ctrl-C does. */
  public void sigint() {
    signal("INT");
  }

  /** Sends it a signal, such as {@code STOP}. */
  public void signal(String name) {
    done(new ProcessBuilder("kill", "-" + name, String.valueOf(pid())));
  }

  /** Asks it to end, as a service manager does. */
  public void sigterm() {
    // Process.destroy() would close our ends of its output, and with them its last words.
    process.toHandle().destroy();
  }

  /** Has its JVM do a full collection, so that what is in use afterwards is in use. */
  public void collectGarbage() {
    Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    done(new ProcessBuilder(jcmd.toString(), String.valueOf(pid()), "GC.run"));
  }

  private static void done(ProcessBuilder builder) {
    try {
      Process tool =
          builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
      if (!tool.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS) || tool.exitValue() != 0) {
        throw new AssertionError(String.join(" ", builder.command()) + " failed");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Ends it without a chance to tidy up. */
  public void kill9() {
    process.toHandle().destroyForcibly();
    exitCode();
  }

  /** Waits for its end. */
  public int exitCode() {
    try {
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError("It does not end:\n" + everything());
      }
      for (Thread reader : readers) {
        reader.join(PATIENCE.toMillis());
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    if (isAlive()) {
      process.destroyForcibly();
      exitCode();
    }
  }

  private static Thread reader(InputStream stream, List<String> lines) {
    Thread thread =
        new Thread(
            () -> {
              try (BufferedReader reader =
                  new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
                reader.lines().forEach(lines::add);
              } catch (IOException | UncheckedIOException e) {
                // The process ended: there is no more to read.
                return;
              }
            },
            "caravan output");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }
}
