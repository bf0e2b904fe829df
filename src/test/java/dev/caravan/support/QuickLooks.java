package dev.caravan.support;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Whoever awaits something looks at once, and then more and more seldom: what is there after some
 * milliseconds, as most is, shall not cost a tenth of a second each time.
 */
public final class QuickLooks implements LauncherSessionListener {
  private static final Duration FIRST = Duration.ofMillis(5);
  private static final Duration LONGEST = Duration.ofMillis(50);

  @Override
  public void launcherSessionOpened(LauncherSession session) {
    Awaitility.setDefaultPollDelay(Duration.ZERO);
    Awaitility.setDefaultPollInterval(QuickLooks::next);
  }

  private static Duration next(int looks, Duration last) {
    Duration twice = looks == 1 ? FIRST : last.multipliedBy(2);
    return twice.compareTo(LONGEST) < 0 ? twice : LONGEST;
  }
}
