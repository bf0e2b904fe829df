package dev.caravan.simulator.stream;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.simulator.tape.WireFrame;
import io.netty.util.concurrent.Future;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One client of the stream and what it may do: first authenticate, then subscribe. All methods are
 * called by one thread at a time.
 */
final class StreamConnection {
  private static final String WRONG_KEY = "BAD";
  private static final String FREE_KEY = "FREE";

  private enum State {
    /** Not authenticated yet. */
    NEW,
    /** May subscribe. */
    AUTHENTICATED,
    /** Has been refused for good, and is not answered any more. */
    SILENT
  }

  private final ClientSocket peer;
  private final Feed feed;
  private final Instant acceptedAt;
  private final StreamRules rules;
  private State state = State.NEW;
  private String key = "";
  private ClientSubscriptions subscriptions = ClientSubscriptions.NONE;
  private boolean muted;
  private long frames;

  /** What a connection asks of those who know all connections. */
  interface StreamRules {
    /** An error that is to be the next answer to this action, whatever it asks for. */
    Optional<StreamError> forced(String action);

    /** Whether another connection holds the place of this key on this feed. */
    boolean isTaken(StreamConnection newcomer);

    int symbolLimit();

    /** Whether this key id is one that may be good. */
    boolean isGood(String key);

    /** Sends something when a slow service would. */
    void answer(StreamConnection connection, String frame);

    void taken(StreamConnection connection);

    void subscribed(StreamConnection connection);
  }

  StreamConnection(ClientSocket peer, Feed feed, Instant acceptedAt, StreamRules rules) {
    this.peer = peer;
    this.feed = feed;
    this.acceptedAt = acceptedAt;
    this.rules = rules;
  }

  /** Greets, and authenticates a client that has sent its key with the upgrade. */
  void opened() {
    rules.answer(this, "[{\"T\":\"success\",\"msg\":\"connected\"}]");
    String sentKey = peer.header("APCA-API-KEY-ID");
    if (!sentKey.isEmpty()) {
      authenticate(sentKey, peer.header("APCA-API-SECRET-KEY"));
    }
  }

  /**
   * Takes a request.
   *
   * @param request the missing node where it cannot be read
   */
  void received(JsonNode request) {
    if (state == State.SILENT) {
      return;
    }
    String action = request.path("action").asText();
    switch (action) {
      case "auth" -> authenticate(text(request, "key"), text(request, "secret"));
      case "subscribe" -> change(request, true);
      case "unsubscribe" -> change(request, false);
      default -> refuse(StreamError.INVALID_SYNTAX);
    }
  }

  private void authenticate(String sentKey, String secret) {
    Optional<StreamError> forced = rules.forced("auth");
    if (forced.isPresent()) {
      refuse(forced.get());
    } else if (state == State.AUTHENTICATED) {
      refuse(StreamError.ALREADY_AUTHENTICATED);
    } else if (sentKey.isBlank()
        || sentKey.startsWith(WRONG_KEY)
        || secret.isBlank()
        || !rules.isGood(sentKey)) {
      refuse(StreamError.AUTH_FAILED);
    } else if (feed == Feed.SIP && sentKey.startsWith(FREE_KEY)) {
      state = State.SILENT;
      refuse(StreamError.INSUFFICIENT_SUBSCRIPTION);
    } else {
      key = sentKey;
      if (rules.isTaken(this)) {
        state = State.SILENT;
        rules.taken(this);
      } else {
        state = State.AUTHENTICATED;
        rules.subscribed(this);
        rules.answer(this, "[{\"T\":\"success\",\"msg\":\"authenticated\"}]");
      }
    }
  }

  private void change(JsonNode request, boolean add) {
    Optional<StreamError> forced = rules.forced("subscribe");
    if (forced.isPresent()) {
      refuse(forced.get());
      return;
    }
    if (state != State.AUTHENTICATED) {
      refuse(StreamError.NOT_AUTHENTICATED);
      return;
    }
    Map<String, Set<String>> change = new HashMap<>();
    for (Map.Entry<String, JsonNode> field : request.properties()) {
      if (field.getKey().equals("action")) {
        continue;
      }
      Optional<Set<String>> symbols = symbols(field.getValue());
      if (symbols.isEmpty() || !Feed.isChannel(field.getKey())) {
        refuse(StreamError.INVALID_SYNTAX);
        return;
      }
      if (!feed.has(field.getKey())) {
        refuse(StreamError.INVALID_ACTION_FOR_FEED);
        return;
      }
      change.put(field.getKey(), symbols.get());
    }
    if (change.values().stream().allMatch(Set::isEmpty)) {
      refuse(StreamError.INVALID_SYNTAX);
      return;
    }
    ClientSubscriptions changed = add ? subscriptions.with(change) : subscriptions.without(change);
    if (add && changed.exceeds(rules.symbolLimit())) {
      refuse(StreamError.SYMBOL_LIMIT_EXCEEDED);
      return;
    }
    subscriptions = changed;
    rules.subscribed(this);
    rules.answer(this, changed.message());
  }

  private void refuse(StreamError error) {
    rules.answer(this, error.message());
  }

  /** Sends a frame that is written in JSON, as the client wants it. */
  void send(String json) {
    send(WireFrame.of(json, 1, peer.isPacked()));
  }

  /** Sends frames of data or of control; lost while the connection is mute. */
  void send(WireFrame frame) {
    if (!muted) {
      frames++;
      peer.send(frame);
    }
  }

  /** Plays dead; what arrives is kept back from when the result is there. */
  Future<?> mute() {
    muted = true;
    return peer.hold();
  }

  void unmute() {
    muted = false;
    peer.release();
  }

  boolean isMuted() {
    return muted;
  }

  boolean isNew() {
    return state == State.NEW;
  }

  boolean isAuthenticated() {
    return state == State.AUTHENTICATED;
  }

  void silence() {
    state = State.SILENT;
  }

  ClientSocket peer() {
    return peer;
  }

  Feed feed() {
    return feed;
  }

  String key() {
    return key;
  }

  ClientSubscriptions subscriptions() {
    return subscriptions;
  }

  StreamClient described() {
    return new StreamClient(
        feed.path(),
        key,
        acceptedAt,
        isAuthenticated(),
        peer.isPacked() ? "msgpack" : "json",
        muted,
        subscriptions.channels(),
        frames,
        peer.backlog());
  }

  /** The symbols of a list, or empty if it is none. */
  private static Optional<Set<String>> symbols(JsonNode list) {
    Set<String> symbols = new HashSet<>();
    for (JsonNode symbol : list) {
      // A symbol with a quotation mark would have to be escaped in every message.
      if (!symbol.isTextual() || !symbol.textValue().matches("[A-Za-z0-9./*:-]{1,20}")) {
        return Optional.empty();
      }
      symbols.add(symbol.textValue());
    }
    return list.isArray() ? Optional.of(symbols) : Optional.empty();
  }

  private static String text(JsonNode request, String field) {
    return request.path(field).asText("");
  }
}
