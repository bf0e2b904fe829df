package dev.caravan.management;

import dev.caravan.database.OperationalSnapshot;
import dev.caravan.source.RequestBudget;
import dev.caravan.source.RequestPriority;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.apache.camel.api.management.ManagedAttribute;
import org.apache.camel.api.management.ManagedResource;

/**
 * The budget of one provider account in JMX. What is changed here holds for this process until it
 * ends: commands beside it and the next start go by the configuration.
 */
@ManagedResource(
    description = "Request budget of a provider account; changes last until this process ends")
public final class BudgetControl {
  /** What the configuration allows as well. */
  private static final int MOST = 1_000_000;

  private final RequestBudget budget;
  private final OperationalSnapshot standing;

  BudgetControl(RequestBudget budget, OperationalSnapshot standing) {
    this.budget = budget;
    this.standing = standing;
  }

  @ManagedAttribute(description = "Name of the account")
  public String getAccount() {
    return budget.getAccount();
  }

  @ManagedAttribute(description = "Request limit per 60 s")
  public int getRequestsPerMinute() {
    return budget.getRequestsPerMinute();
  }

  @ManagedAttribute(description = "Request limit per 60 s: 1 to 1000000")
  public void setRequestsPerMinute(int requestsPerMinute) {
    budget.setRequestsPerMinute(allowed("RequestsPerMinute", requestsPerMinute));
  }

  @ManagedAttribute(description = "Limit of concurrent requests")
  public int getBurst() {
    return budget.getBurst();
  }

  @ManagedAttribute(description = "Limit of concurrent requests: 1 to 1000000")
  public void setBurst(int burst) {
    budget.setBurst(allowed("Burst", burst));
  }

  @ManagedAttribute(
      description = "Requests that may be sent now; -1 while the database is unavailable")
  public int getLeft() {
    return standing.latest().map(reading -> left(reading)).orElse(-1);
  }

  @ManagedAttribute(description = "Callers in this process waiting for their turn")
  public int getWaiting() {
    return Arrays.stream(RequestPriority.values()).mapToInt(budget::waiting).sum();
  }

  @ManagedAttribute(
      description = "When the account resumes after refusals; null if it is not paused")
  public String getPausedUntil() {
    return account()
        .map(OperationalSnapshot.Account::pausedUntil)
        .map(Instant::toString)
        .orElse(null);
  }

  @ManagedAttribute(description = "The provider's own limit per minute, where that is lower")
  public Integer getProviderLimit() {
    return account().map(OperationalSnapshot.Account::providerLimit).orElse(null);
  }

  /** Seconds for which the account still pauses. */
  double secondsPaused() {
    return account()
        .map(OperationalSnapshot.Account::pausedUntil)
        .map(until -> Math.max(0, (until.toEpochMilli() - System.currentTimeMillis()) / 1e3))
        .orElse(0.0);
  }

  private Optional<OperationalSnapshot.Account> account() {
    return standing.latest().map(reading -> reading.accounts().get(budget.getAccount()));
  }

  private int left(OperationalSnapshot.Reading reading) {
    OperationalSnapshot.Account account = reading.accounts().get(budget.getAccount());
    if (account == null) {
      return budget.getRequestsPerMinute();
    }
    if (account.pausedUntil() != null) {
      return 0;
    }
    int limit = budget.getRequestsPerMinute();
    if (account.providerLimit() != null) {
      limit = Math.min(limit, account.providerLimit());
    }
    return Math.max(0, limit - account.taken());
  }

  private static int allowed(String name, int value) {
    if (value < 1 || value > MOST) {
      throw new IllegalArgumentException(
          name + ": " + value + " is not allowed; a whole number from 1 to " + MOST);
    }
    return value;
  }
}
