package dev.caravan.management;

import dev.caravan.database.DiskSpace;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.health.HealthCheckResultBuilder;

/** Check {@code disk}: down while less is free than is to stay free. */
public final class DiskHealth extends Check {
  private final DiskSpace disk;

  DiskHealth(DiskSpace disk) {
    super("disk");
    this.disk = disk;
  }

  @Override
  protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
    Optional<String> fault = disk.fault();
    if (fault.isPresent()) {
      builder.message(text(fault.get())).down();
    } else {
      builder
          .message(
              disk.freeMb()
                  .map(free -> free + " MB are free")
                  .orElse(
                      "unknown: the server is not Caravan's own, or its directory cannot be read"))
          .up();
    }
  }
}
