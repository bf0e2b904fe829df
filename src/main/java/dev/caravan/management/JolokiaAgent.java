package dev.caravan.management;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.impl.Utils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import javax.management.ObjectInstance;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.plugin.JolokiaPlatformHttpPlugin;
import org.apache.camel.support.service.ServiceSupport;
import org.jolokia.json.JSONStructure;
import org.jolokia.server.core.config.ConfigKey;
import org.jolokia.server.core.config.StaticConfiguration;
import org.jolokia.server.core.http.HttpRequestHandler;
import org.jolokia.server.core.request.BadRequestException;
import org.jolokia.server.core.request.EmptyResponseException;
import org.jolokia.server.core.request.JolokiaRequest;
import org.jolokia.server.core.service.JolokiaServiceManagerFactory;
import org.jolokia.server.core.service.api.JolokiaServiceManager;
import org.jolokia.server.core.service.impl.QuietLogHandler;
import org.jolokia.server.core.util.RequestType;
import org.jolokia.service.jmx.LocalRequestHandler;
import org.jolokia.service.jmx.api.CacheKeyProvider;
import org.jolokia.service.serializer.JolokiaSerializer;

/**
 * JMX over HTTP, for Hawtio. Camel's own plugin knows no policy but the file, and cannot tell who
 * asks. Camel calls the handler on a thread that may block.
 */
public final class JolokiaAgent extends ServiceSupport implements JolokiaPlatformHttpPlugin {
  /** Set by the guard on every request, whatever the client sent: who comes from outside. */
  static final String ROLE = "X-Caravan-Role";

  private static final String OPERATOR = "operator";

  private final JmxPolicy policy = JmxPolicy.packaged();
  private CamelContext context;
  private JolokiaServiceManager services;
  private HttpRequestHandler requests;

  @Override
  public String getId() {
    return NAME;
  }

  @Override
  public void setCamelContext(CamelContext camelContext) {
    context = camelContext;
  }

  @Override
  public CamelContext getCamelContext() {
    return context;
  }

  @Override
  protected void doStart() {
    services =
        JolokiaServiceManagerFactory.createJolokiaServiceManager(
            new StaticConfiguration(
                Map.of(
                    ConfigKey.AGENT_ID.getKeyValue(),
                    UUID.randomUUID().toString(),
                    // What fails inside is no business of a page's, and may quote what is secret.
                    ConfigKey.ALLOW_ERROR_DETAILS.getKeyValue(),
                    "false")),
            new QuietLogHandler(),
            policy);
    services.addService(new JolokiaSerializer());
    services.addService(new LocalMBeans());
    services.addService(new OneDescriptionAClass());
    requests = new HttpRequestHandler(services.start());
  }

  @Override
  protected void doStop() {
    services.stop();
  }

  @Override
  public Object getHandler() {
    Handler<RoutingContext> handler = this::handle;
    return handler;
  }

  private void handle(RoutingContext context) {
    HttpServerRequest request = context.request();
    boolean post = request.method() == HttpMethod.POST;
    // A page elsewhere can have a browser follow any link, so that a GET never changes anything.
    policy.ask(post && OPERATOR.equals(request.getHeader(ROLE)));
    String body;
    int status = 200;
    try {
      body = answer(context, post).toJSONString();
    } catch (EmptyResponseException none) {
      body = "";
    } catch (RuntimeException | IOException | LinkageError failed) {
      body = requests.handleThrowable(failed).toJSONString();
      status = isWrong(failed) ? 400 : 500;
    } finally {
      policy.forget();
    }
    context
        .response()
        .setStatusCode(status)
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json; charset=utf-8")
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        .end(body);
  }

  /** Whether it is the request that is wrong, and not what became of it. */
  private static boolean isWrong(Throwable failed) {
    return failed instanceof IllegalArgumentException || failed instanceof BadRequestException;
  }

  private JSONStructure answer(RoutingContext context, boolean post)
      throws IOException, EmptyResponseException {
    HttpServerRequest request = context.request();
    Map<String, String[]> parameters = new HashMap<>();
    request
        .params()
        .names()
        .forEach(
            name -> parameters.put(name, request.params().getAll(name).toArray(String[]::new)));
    // As a script it could be read by any page.
    parameters.remove(ConfigKey.CALLBACK.getKeyValue());
    if (!post) {
      return requests.handleGetRequest(
          request.uri(), Utils.pathOffset(context.normalizedPath(), context), parameters);
    }
    if (context.body().buffer() == null) {
      throw new IllegalArgumentException("There is no request in the body");
    }
    return requests.handlePostRequest(
        request.uri(),
        new ByteArrayInputStream(context.body().buffer().getBytes()),
        StandardCharsets.UTF_8.name(),
        parameters);
  }

  /**
   * The MBeans of this process; nobody is notified, since listeners of pages that left would stay.
   */
  private static final class LocalMBeans extends LocalRequestHandler {
    LocalMBeans() {
      super(1);
    }

    @Override
    public boolean canHandle(JolokiaRequest request) {
      return request.getType() != RequestType.NOTIFICATION && super.canHandle(request);
    }
  }

  /**
   * In a list that is asked for with {@code listCache=true}, MBeans of one class are described
   * once: the thousands of Camel's would otherwise be 24 MB.
   */
  private static final class OneDescriptionAClass extends CacheKeyProvider {
    OneDescriptionAClass() {
      super(1);
    }

    @Override
    public String determineKey(ObjectInstance instance) {
      String domain = instance.getObjectName().getDomain();
      return domain.equals("org.apache.camel") || domain.equals("dev.caravan")
          ? instance.getClassName()
          : null;
    }
  }
}
