package dev.caravan.runtime;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** The topic that the stream goes by. */
public final class KafkaTopic {
  private static final int PATIENCE_MS = 10_000;

  private KafkaTopic() {}

  /** No broker can be reached. */
  public static final class AwayException extends RuntimeException {
    AwayException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * Makes the topics that are used, where there are none.
   *
   * @throws SettingException where there is one with another number of partitions
   * @throws AwayException where no broker answers
   */
  static void make(Settings settings) throws InterruptedException {
    with(
        settings,
        admin -> {
          if (KafkaSettings.carries(settings) && checked(admin, settings) == 0) {
            create(admin, settings, settings.get("caravan.kafka.topic"));
          }
          if (KafkaSettings.publishes(settings)) {
            create(admin, settings, settings.get("caravan.kafka.changes"));
          }
          return null;
        });
  }

  /**
   * What the brokers say of the topic, in words.
   *
   * @throws SettingException where it cannot be used as it is
   * @throws AwayException where no broker answers
   */
  public static String described(Settings settings) throws InterruptedException {
    return with(
        settings,
        admin -> {
          int brokers = admin.describeCluster().nodes().get().size();
          String topic =
              settings.get(
                  KafkaSettings.carries(settings)
                      ? "caravan.kafka.topic"
                      : "caravan.kafka.changes");
          int partitions =
              KafkaSettings.carries(settings) ? checked(admin, settings) : partitions(admin, topic);
          return (brokers == 1 ? "1 broker has" : brokers + " brokers have")
              + (partitions == 0 ? " no topic " : " topic ")
              + topic
              + (partitions == 0
                  ? " yet; a start makes it"
                  : " with " + partitions + " partitions");
        });
  }

  /** What is done at the brokers. */
  private interface Work<T> {
    T with(Admin admin) throws ExecutionException, InterruptedException;
  }

  private static <T> T with(Settings settings, Work<T> work) throws InterruptedException {
    Map<String, Object> options =
        Map.of(
            AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
            KafkaSettings.brokers(settings),
            AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
            PATIENCE_MS,
            AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
            PATIENCE_MS);
    try (Admin admin = Admin.create(options)) {
      return work.with(admin);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RetriableException away) {
        throw new AwayException(
            "The brokers of Kafka at "
                + KafkaSettings.brokers(settings)
                + " cannot be reached: "
                + away.getMessage(),
            away);
      }
      throw new SettingException(
          "Topic "
              + settings.get("caravan.kafka.topic")
              + " of Kafka cannot be used: "
              + e.getCause().getMessage());
    }
  }

  /** How many partitions the topic has, which are as many as the settings say; 0 without one. */
  private static int checked(Admin admin, Settings settings)
      throws ExecutionException, InterruptedException {
    String topic = settings.get("caravan.kafka.topic");
    int partitions = settings.number("caravan.kafka.partitions");
    int there = partitions(admin, topic);
    if (there != 0 && there != partitions) {
      throw new SettingException(
          "caravan.kafka.partitions = "
              + partitions
              + ", and topic "
              + topic
              + " has "
              + there
              + ": set it to that number, or name another topic");
    }
    return there;
  }

  /** 0 where there is no such topic. */
  private static int partitions(Admin admin, String topic)
      throws ExecutionException, InterruptedException {
    try {
      return admin
          .describeTopics(List.of(topic))
          .allTopicNames()
          .get()
          .get(topic)
          .partitions()
          .size();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        return 0;
      }
      throw e;
    }
  }

  /** Where there is none. */
  private static void create(Admin admin, Settings settings, String topic)
      throws ExecutionException, InterruptedException {
    NewTopic made =
        new NewTopic(
            topic, Optional.of(settings.number("caravan.kafka.partitions")), Optional.empty());
    try {
      admin.createTopics(List.of(made)).all().get();
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw e;
      }
    }
  }
}
