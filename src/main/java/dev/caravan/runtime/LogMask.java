package dev.caravan.runtime;

import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.spi.MaskingFormatter;
import org.apache.camel.support.processor.DefaultMaskingFormatter;

/**
 * Hides the values of keys and passwords in what routes log: Camel's own mask, one for all. Camel
 * would give each log step its own, with a pattern of hundreds of words.
 */
public final class LogMask implements MaskingFormatter, CamelContextAware {
  private CamelContext context;
  private volatile MaskingFormatter mask;

  @Override
  public void setCamelContext(CamelContext camelContext) {
    context = camelContext;
  }

  @Override
  public CamelContext getCamelContext() {
    return context;
  }

  @Override
  public String format(String source) {
    // Made late, when the context knows which words are sensitive besides Camel's.
    if (mask == null) {
      mask = new DefaultMaskingFormatter(context);
    }
    return mask.format(source);
  }
}
