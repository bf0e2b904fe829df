package dev.caravan.storm;

import dev.caravan.support.TestDatabase;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Seeds side by side in this JVM. Each lane has Caravan's classes once more, so that what a process
 * knows once for all, as the market calendar, is its own; the classes of others are shared, and
 * soon compiled. A seed waits more than it works: there are more lanes than cores.
 */
final class Lanes implements AutoCloseable {
  /** What came of a seed, in words, and what is wrong with it. */
  record Result(StormRun.Seed seed, List<String> wrong, String words, long millis) {
    boolean passed() {
      return wrong.isEmpty();
    }
  }

  private final AtomicInteger threads = new AtomicInteger();
  private final ExecutorService executor;
  private final Deque<Mutant.Loader> idle = new ArrayDeque<>();
  private final List<Mutant.Loader> all = new ArrayList<>();
  private final String kinds;

  Lanes(int count, String kinds) throws Exception {
    this.kinds = kinds;
    System.setProperty("caravan.test.database-url", TestDatabase.serverUrl());
    for (int i = 0; i < count; i++) {
      Mutant.Loader lane = new Mutant.Loader(Path.of("none"));
      all.add(lane);
      idle.add(lane);
    }
    // A group of its own tells the threads of a lane from those of its neighbours.
    executor =
        Executors.newFixedThreadPool(
            count,
            task -> {
              String name = "storm-lane-" + threads.incrementAndGet();
              Thread thread = new Thread(new ThreadGroup(name), task, name);
              thread.setDaemon(true);
              return thread;
            });
  }

  /** As many as keep the cores of this machine busy, or {@code -Dlanes}. */
  static int usual() {
    return Integer.getInteger("lanes", 2 * Runtime.getRuntime().availableProcessors());
  }

  Future<Result> run(StormRun.Seed seed) {
    return executor.submit(() -> runHere(seed));
  }

  @SuppressWarnings("unchecked")
  private Result runHere(StormRun.Seed seed) throws Exception {
    Mutant.Loader lane;
    synchronized (idle) {
      lane = idle.remove();
    }
    long begun = System.nanoTime();
    Thread.currentThread().setContextClassLoader(lane);
    try {
      List<String> said =
          (List<String>)
              lane.loadClass(StormOfOne.class.getName())
                  .getMethod("outcome", String.class, String.class)
                  .invoke(null, seed.toString(), kinds);
      return new Result(
          seed, said.subList(1, said.size()), said.get(0), (System.nanoTime() - begun) / 1_000_000);
    } finally {
      synchronized (idle) {
        idle.add(lane);
      }
    }
  }

  @Override
  public void close() throws Exception {
    executor.shutdownNow();
    executor.awaitTermination(1, TimeUnit.MINUTES);
    for (Mutant.Loader lane : all) {
      lane.close();
    }
  }
}
