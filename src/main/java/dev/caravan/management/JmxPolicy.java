package dev.caravan.management;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import javax.management.ObjectName;
import org.jolokia.server.core.restrictor.policy.PolicyRestrictor;

/**
 * What may be done by Jolokia: what {@code jolokia-access.xml} allows, and of that only what
 * changes nothing while a reader asks. It is asked on the thread that works the request off, for
 * each part of a bulk request anew.
 */
final class JmxPolicy extends PolicyRestrictor {
  /** Who asks on this thread; nobody may change anything unless it was said. */
  private final ThreadLocal<Boolean> mayChange = ThreadLocal.withInitial(() -> false);

  private JmxPolicy(InputStream policy) {
    super(policy);
  }

  static JmxPolicy packaged() {
    try (InputStream policy = JmxPolicy.class.getResourceAsStream("/jolokia-access.xml")) {
      return new JmxPolicy(policy);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Says who asks on this thread until {@link #forget}. */
  void ask(boolean changing) {
    mayChange.set(changing);
  }

  void forget() {
    mayChange.remove();
  }

  @Override
  public boolean isOperationAllowed(ObjectName name, String operation) {
    return mayChange.get() && super.isOperationAllowed(name, operation);
  }

  @Override
  public boolean isAttributeWriteAllowed(ObjectName name, String attribute) {
    return mayChange.get() && super.isAttributeWriteAllowed(name, attribute);
  }
}
