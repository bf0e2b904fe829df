package dev.caravan.simulator.tape;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;

/**
 * All news of the simulated exchange: those that come by themselves and those that were told on
 * demand. What is told on the stream and by REST comes from here, so that both say the same. All
 * methods may be called from any thread.
 */
public final class NewsDesk {
  private static final Comparator<News> ORDER =
      Comparator.comparing(News::updatedAt).thenComparing(News::id);

  private final Clock clock;
  private final Map<Long, News> told = new HashMap<>();
  private long lastId;

  NewsDesk(Clock clock) {
    this.clock = clock;
  }

  /** A new item, published now. */
  public synchronized News publish(String headline, List<String> symbols) {
    Instant now = clock.instant();
    // Two of one millisecond are two items all the same.
    lastId = Math.max(lastId + 1, now.toEpochMilli());
    News item = new News(lastId, headline, "", now, now, List.copyOf(symbols));
    told.put(item.id(), item);
    return item;
  }

  /**
   * A later edition of an item that was published on demand.
   *
   * @throws IllegalArgumentException if there is no such item
   */
  public synchronized News edit(long id, String headline) {
    News before = told.get(id);
    if (before == null) {
      throw new IllegalArgumentException("There is no news " + id + " that was told on demand");
    }
    Instant now = clock.instant();
    Instant at = now.isAfter(before.updatedAt()) ? now : before.updatedAt().plusMillis(1);
    News edited =
        new News(id, headline, before.summary(), before.createdAt(), at, before.symbols());
    told.put(id, edited);
    return edited;
  }

  /**
   * The newest edition of each item, by the time of the edition, both ends inclusive, never later
   * than now.
   */
  public Iterator<News> editions(Instant from, Instant to, boolean ascending) {
    Instant now = clock.instant();
    Instant last = to.isAfter(now) ? now : to;
    List<News> onDemand;
    synchronized (this) {
      onDemand =
          new ArrayList<>(told.values().stream().filter(item -> within(item, from, last)).toList());
    }
    Comparator<News> order = ascending ? ORDER : ORDER.reversed();
    onDemand.sort(order);
    return new Merge(new ByMinute(from, last, now, ascending), onDemand.iterator(), order);
  }

  private static boolean within(News item, Instant from, Instant to) {
    return !item.updatedAt().isBefore(from) && !item.updatedAt().isAfter(to);
  }

  /** Those that come by themselves; they are computed as far as they are read. */
  private static final class ByMinute implements Iterator<News> {
    private final Instant from;
    private final Instant to;
    private final Instant now;
    private final boolean ascending;
    private final long first;
    private final long last;
    private long minute;
    private final List<News> ready = new ArrayList<>();

    ByMinute(Instant from, Instant to, Instant now, boolean ascending) {
      this.from = from;
      this.to = to;
      this.now = now;
      this.ascending = ascending;
      this.first = Math.floorDiv(from.getEpochSecond(), 60L);
      this.last = Math.floorDiv(to.getEpochSecond(), 60L);
      this.minute = ascending ? first : last;
    }

    @Override
    public boolean hasNext() {
      while (ready.isEmpty() && minute >= first && minute <= last) {
        for (News item : News.standing(minute, now)) {
          if (within(item, from, to)) {
            ready.add(item);
          }
        }
        ready.sort(ascending ? ORDER : ORDER.reversed());
        minute += ascending ? 1 : -1;
      }
      return !ready.isEmpty();
    }

    @Override
    public News next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return ready.remove(0);
    }
  }

  /** Two orders made one. */
  private static final class Merge implements Iterator<News> {
    private final Iterator<News> one;
    private final Iterator<News> other;
    private final Comparator<News> order;
    private News nextOne;
    private News nextOther;

    Merge(Iterator<News> one, Iterator<News> other, Comparator<News> order) {
      this.one = one;
      this.other = other;
      this.order = order;
      this.nextOne = one.hasNext() ? one.next() : null;
      this.nextOther = other.hasNext() ? other.next() : null;
    }

    @Override
    public boolean hasNext() {
      return nextOne != null || nextOther != null;
    }

    @Override
    public News next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      News next;
      if (nextOther == null || nextOne != null && order.compare(nextOne, nextOther) <= 0) {
        next = nextOne;
        nextOne = one.hasNext() ? one.next() : null;
      } else {
        next = nextOther;
        nextOther = other.hasNext() ? other.next() : null;
      }
      return next;
    }
  }
}
