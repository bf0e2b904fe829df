package dev.caravan.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.support.CaravanProcess;
import dev.caravan.support.FrameSender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * What a user would write instead, on the same tape, table and server: each program is started for
 * itself, and its time begins when it has subscribed. A program whose language is not there is left
 * out, and the table says so.
 */
class RivalsBenchmark {
  private static final Path SCRIPTS = Path.of("src/test/race").toAbsolutePath();
  private static final Path INSTALLED = Path.of("target/race").toAbsolutePath();
  private static final int ROWS = Sizes.of("rivals.rows", 200_000, 20_000);

  /** A script needs no warm-up, and its time. */
  private static final int ROWS_OF_SCRIPTS = ROWS / 5;

  private static final int SYMBOLS = 200;
  private static final int MESSAGES_A_FRAME = 100;
  private static final String CARAVAN = "Caravan";
  private static final String SDK = "the official JavaScript SDK with array inserts";
  private static final String SCRIPT = "a Python script with row inserts";
  private static final String FRAMES = "a Python script with an insert a frame";

  private final Messages trades = new Messages(Messages.Kind.TRADES, SYMBOLS);
  private final Figures figures = new Figures();
  private final Map<String, String> missing = new LinkedHashMap<>();

  @Test
  void besideWhatAUserWouldWriteInstead() throws Exception {
    Sheet sheet =
        Sheet.of(
            "rivals",
            "Beside what a user would write instead",
            "",
            "rows/s",
            "beside COPY on 1 connection",
            "from, to",
            "Caravan beside it",
            "CPU s a million rows: the program",
            "PostgreSQL",
            "most MiB of memory");
    List<byte[]> packed = trades.frames(0, ROWS, MESSAGES_A_FRAME, "msgpack");
    List<byte[]> json = trades.frames(0, ROWS_OF_SCRIPTS, MESSAGES_A_FRAME, "json");
    List<byte[]> lines = trades.copyLines(ROWS, 1);
    String node = node();
    String python = python();
    try (Rig rig = new Rig("race-rivals")) {
      for (int round = 0; round < Sizes.ROUNDS; round++) {
        double copied = rig.copy(trades.kind(), lines);
        figures.add("COPY", copied);
        rig.empty(trades.kind());
        try (FrameSender sender = new FrameSender();
            CaravanProcess caravan = rig.caravan(sender, "trades", trades.symbols()).run()) {
          measure(rig, sender, CARAVAN, caravan.pid(), packed, ROWS, copied);
          caravan.sigterm();
          caravan.exitCode();
        }
        if (node != null) {
          rival(rig, SDK, packed, ROWS, copied, node, SCRIPTS.resolve("sdk.cjs").toString(), "");
        }
        if (python != null) {
          String script = SCRIPTS.resolve("script.py").toString();
          rival(rig, SCRIPT, json, ROWS_OF_SCRIPTS, copied, python, script, "rows");
          rival(rig, FRAMES, json, ROWS_OF_SCRIPTS, copied, python, script, "frames");
        }
      }
    }
    sheet.row(
        "plain COPY on 1 connection",
        figures.median("COPY", "%,.0f"),
        "1.00",
        "",
        Figures.text("%.2f", figures.median(CARAVAN) / figures.median("COPY")),
        "",
        "",
        "");
    for (String each : List.of(CARAVAN, SDK, SCRIPT, FRAMES)) {
      if (!figures.has(each)) {
        sheet.row(each, missing.get(each), "", "", "", "", "", "");
        continue;
      }
      sheet.row(
          each,
          figures.median(each, "%,.0f"),
          figures.median(each + " ratio", "%.2f"),
          Figures.text("%.2f, %.2f", figures.least(each + " ratio"), figures.most(each + " ratio")),
          Figures.text("%.1f times", figures.median(CARAVAN) / figures.median(each)),
          figures.median(each + " cpu", "%.1f"),
          figures.median(each + " database", "%.1f"),
          figures.median(each + " memory", "%.0f"));
    }
    sheet
        .note(
            Figures.text(
                "%,d trades (%,d for the scripts), %d a frame, from the first one to the last commit, of programs that were just started:"
                    + " cold. The SDK reads MessagePack, as Caravan does, and does not wait for the disk; the script reads"
                    + " JSON. Medians of %d.",
                ROWS, ROWS_OF_SCRIPTS, MESSAGES_A_FRAME, Sizes.ROUNDS))
        .publish();
  }

  private void rival(
      Rig rig,
      String name,
      List<byte[]> frames,
      int rows,
      double copied,
      String program,
      String script,
      String way)
      throws Exception {
    rig.empty(trades.kind());
    Path log = INSTALLED.resolve("rival.log");
    Files.createDirectories(INSTALLED);
    try (FrameSender sender = new FrameSender()) {
      ProcessBuilder builder =
          new ProcessBuilder(
                  program,
                  script,
                  sender.url() + "/v2/iex",
                  "postgresql://caravan@127.0.0.1:" + rig.place.port() + "/caravan",
                  String.join(",", trades.symbols()),
                  way)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile());
      builder.environment().put("NODE_PATH", INSTALLED.resolve("node_modules").toString());
      Process process = builder.start();
      try {
        measure(rig, sender, name, process.pid(), frames, rows, copied);
      } catch (AssertionError e) {
        throw new AssertionError(name + ": " + Files.readString(log), e);
      } finally {
        process.destroyForcibly().waitFor();
      }
    }
  }

  private void measure(
      Rig rig,
      FrameSender sender,
      String name,
      long pid,
      List<byte[]> frames,
      int rows,
      double copied)
      throws Exception {
    sender.awaitClient();
    Usage before = Usage.of(pid, rig.place);
    long began = System.nanoTime();
    sender.send(frames);
    rig.awaitRows(trades, rows);
    double rate = rows / Figures.seconds(began);
    Usage used = Usage.of(pid, rig.place).since(before);
    rig.checkRows(trades, rows);
    figures.add(name, rate);
    figures.add(name + " ratio", rate / copied);
    figures.add(name + " cpu", used.process() / rows * 1e6);
    figures.add(name + " database", used.database() / rows * 1e6);
    figures.add(name + " memory", Usage.mostResidentMib(pid));
  }

  /** The program, once its packages are there; null where it is not. */
  private String node() throws Exception {
    Files.createDirectories(INSTALLED);
    if (!runs("node", "--version") || !runs("npm", "--version")) {
      return left(SDK, "left out: needs node 20 and npm");
    }
    Files.copy(
        SCRIPTS.resolve("package.json"),
        INSTALLED.resolve("package.json"),
        StandardCopyOption.REPLACE_EXISTING);
    return runs("npm", "install", "--no-audit", "--no-fund", "--ignore-scripts")
        ? "node"
        : left(SDK, "left out: npm could not install its packages");
  }

  private String python() throws Exception {
    // The system's own comes first: its packages are the distribution's.
    for (String each : List.of("/usr/bin/python3", "python3")) {
      if (runs(each, "-c", "import psycopg2, websocket")) {
        return each;
      }
    }
    left(FRAMES, "left out, as above");
    return left(
        SCRIPT,
        "left out: needs python3 with psycopg2 and websocket (python3-psycopg2 and python3-websocket)");
  }

  private String left(String name, String why) {
    missing.put(name, why);
    System.out.println(name + " is " + why);
    return null;
  }

  private static boolean runs(String... command) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(new ArrayList<>(List.of(command)))
              .directory(INSTALLED.toFile())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      boolean ended = process.waitFor(Rig.PATIENCE.toSeconds(), TimeUnit.SECONDS);
      assertThat(ended).as(String.join(" ", command)).isTrue();
      return process.exitValue() == 0;
    } catch (IOException e) {
      // There is no such program.
      return false;
    }
  }
}
