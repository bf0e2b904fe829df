package dev.caravan.http;

import io.vertx.ext.auth.authentication.AuthenticationProvider;
import io.vertx.ext.web.handler.AuthenticationHandler;
import org.apache.camel.CamelContext;
import org.apache.camel.Service;
import org.apache.camel.component.platform.http.main.DefaultMainHttpServerFactory;
import org.apache.camel.component.platform.http.main.MainHttpServer;
import org.apache.camel.component.platform.http.main.ManagementHttpServer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServerConfiguration;
import org.apache.camel.component.platform.http.vertx.auth.AuthenticationConfig;
import org.apache.camel.component.platform.http.vertx.auth.AuthenticationConfig.AuthenticationConfigEntry;
import org.apache.camel.component.platform.http.vertx.auth.AuthenticationConfig.AuthenticationHandlerFactory;
import org.apache.camel.main.HttpManagementServerConfigurationProperties;
import org.apache.camel.main.HttpServerConfigurationProperties;

/**
 * Makes Camel's HTTP server with a {@link AccessGuard} before every path. Camel's own way wants the
 * password in a file, knows no path that stays open, and lets everyone in where the file is
 * forgotten.
 */
public final class GuardedServerFactory extends DefaultMainHttpServerFactory {
  private String user = "";
  private String password = "";
  private String viewerUser = "";
  private String viewerPassword = "";
  private int connections;
  private int connectionsOfOneAddress;
  private long requestMs;
  private long idleMs;
  private int silentSeconds;

  public void setUser(String user) {
    this.user = user;
  }

  public void setPassword(String password) {
    this.password = password;
  }

  public void setViewerUser(String viewerUser) {
    this.viewerUser = viewerUser;
  }

  public void setViewerPassword(String viewerPassword) {
    this.viewerPassword = viewerPassword;
  }

  public void setConnections(int connections) {
    this.connections = connections;
  }

  public void setConnectionsOfOneAddress(int connectionsOfOneAddress) {
    this.connectionsOfOneAddress = connectionsOfOneAddress;
  }

  public void setRequestMs(long requestMs) {
    this.requestMs = requestMs;
  }

  public void setIdleMs(long idleMs) {
    this.idleMs = idleMs;
  }

  public void setSilentSeconds(int silentSeconds) {
    this.silentSeconds = silentSeconds;
  }

  @Override
  public Service newHttpServer(CamelContext context, HttpServerConfigurationProperties properties) {
    MainHttpServer configured = (MainHttpServer) super.newHttpServer(context, properties);
    WebServer server =
        new WebServer(
            new BoundedServer.Bounds(
                connections, connectionsOfOneAddress, requestMs, idleMs, silentSeconds));
    server.setCamelContext(context);
    server.setConfiguration(configured.getConfiguration());
    guard(server.getConfiguration());
    return server;
  }

  @Override
  public Service newHttpManagementServer(
      CamelContext context, HttpManagementServerConfigurationProperties properties) {
    ManagementHttpServer server =
        (ManagementHttpServer) super.newHttpManagementServer(context, properties);
    guard(server.getConfiguration());
    return server;
  }

  private void guard(VertxPlatformHttpServerConfiguration configuration) {
    Accounts accounts =
        new Accounts()
            .with(Role.OPERATOR, user, password)
            .with(Role.VIEWER, viewerUser, viewerPassword);
    AccessGuard guard =
        new AccessGuard(
            accounts,
            new GuessLimit(System::nanoTime),
            HostNames.loopback(configuration.getBindHost()));
    AuthenticationConfigEntry entry = new AuthenticationConfigEntry();
    entry.setPath("/*");
    entry.setAuthenticationProviderFactory(vertx -> null);
    entry.setAuthenticationHandlerFactory(
        new AuthenticationHandlerFactory() {
          @Override
          public <T extends AuthenticationProvider>
              AuthenticationHandler createAuthenticationHandler(T none) {
            return guard;
          }
        });
    AuthenticationConfig authentication = configuration.getAuthenticationConfig();
    authentication.getEntries().add(entry);
    authentication.setEnabled(true);
  }
}
