package dev.caravan.source;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.core5.http.HttpRequestInterceptor;

/**
 * The HTTP client of a provider account. What identifies us is added on the wire, and never stands
 * on an exchange, where traces, logs and JMX could show it.
 */
public final class SourceClient implements HttpClientConfigurer {
  private Map<String, String> header = new LinkedHashMap<>();

  /** Headers of every request. */
  public void setHeader(Map<String, String> header) {
    this.header = header;
  }

  public Map<String, String> getHeader() {
    return header;
  }

  @Override
  public void configureHttpClient(HttpClientBuilder client) {
    HttpRequestInterceptor identify =
        (request, entity, context) -> header.forEach(request::setHeader);
    client
        // The library would send a refused request again by itself, and every try costs quota.
        .disableAutomaticRetries()
        .disableRedirectHandling()
        .disableCookieManagement()
        .disableAuthCaching()
        .addRequestInterceptorLast(identify);
  }
}
