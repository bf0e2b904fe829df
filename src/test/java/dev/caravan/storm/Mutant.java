package dev.caravan.storm;

import dev.caravan.support.Javac;
import dev.caravan.support.TestDatabase;
import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Caravan with one fault put back. Its files are those of the repository, each with a passage
 * changed; the storm runs on them in a class loader of its own.
 */
final class Mutant {
  private static final String OURS = "dev.caravan.";

  private final String name;
  private final Map<String, String> files = new LinkedHashMap<>();
  private final List<String> seeds = new ArrayList<>();
  private String kinds = "";
  private boolean alone;
  private String sign = "";

  private Mutant(String name) {
    this.name = name;
  }

  static Mutant named(String name) {
    return new Mutant(name);
  }

  /**
   * Changes a passage of a file.
   *
   * @param file below {@code src/main/java/dev/caravan}, {@code src/main/resources} or {@code
   *     routes}, by its ending
   * @throws IllegalArgumentException where the passage is not there any more
   */
  Mutant with(String file, String passage, String changed) throws IOException {
    String text = files.containsKey(file) ? files.get(file) : Files.readString(source(file));
    if (!text.contains(passage)) {
      throw new IllegalArgumentException(file + " has no '" + passage + "'");
    }
    files.put(file, text.replace(passage, changed));
    return this;
  }

  /** In what weather the fault shows; in all that there is where nothing is said. */
  Mutant under(Blow.Kind... weather) {
    kinds = Stream.of(weather).map(Blow.Kind::name).collect(Collectors.joining(","));
    return this;
  }

  /** In weather of these kinds alone, where it takes several that come close to each other. */
  Mutant amid(Blow.Kind... weather) {
    alone = true;
    return under(weather);
  }

  /** A part of what the judge then says; whatever else he says would not be of this fault. */
  Mutant says(String part) {
    sign = part;
    return this;
  }

  /** Seeds that show the fault in this weather; they are tried first, one after the other. */
  Mutant at(String... known) {
    seeds.addAll(List.of(known));
    return this;
  }

  @Override
  public String toString() {
    return name;
  }

  private static Path source(String file) {
    return file.endsWith(".java")
        ? Path.of("src/main/java/dev/caravan", file)
        : file.endsWith(".yaml")
            ? Path.of("routes", file)
            : Path.of("src/main/resources/sql", file);
  }

  /** What is wrong with the first of the known seeds in Caravan as it is. */
  List<String> runWithoutTheFault() throws Exception {
    System.clearProperty(Node.ROUTES);
    return StormOfOne.firstFound(seeds.subList(0, 1), kinds, alone, "");
  }

  /**
   * Runs seeds until one fails.
   *
   * @param more how many of the first seeds are tried behind those that are known
   * @return what is wrong, or an empty list
   */
  @SuppressWarnings("unchecked")
  List<String> run(int more) throws Exception {
    System.setProperty("caravan.test.database-url", TestDatabase.serverUrl());
    Path directory =
        Path.of(
            System.getProperty("caravan.test.directory", "target/work"),
            "mutants",
            name.replace(' ', '-'));
    prepare(directory);
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    try (Loader loader = new Loader(directory)) {
      Thread.currentThread().setContextClassLoader(loader);
      Class<?> storm = loader.loadClass("dev.caravan.storm.StormOfOne");
      return (List<String>)
          storm
              .getMethod("firstFound", List.class, String.class, boolean.class, String.class)
              .invoke(
                  null,
                  Stream.concat(
                          seeds.stream(), IntStream.rangeClosed(1, more).mapToObj(String::valueOf))
                      .toList(),
                  kinds,
                  alone,
                  sign);
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
  }

  private void prepare(Path directory) throws IOException {
    Path routes = directory.toAbsolutePath().resolve("routes");
    System.clearProperty(Node.ROUTES);
    List<File> java = new ArrayList<>();
    for (Map.Entry<String, String> file : files.entrySet()) {
      String path = file.getKey();
      Path target;
      if (path.endsWith(".java")) {
        target = directory.resolve("sources/dev/caravan").resolve(path);
        java.add(target.toFile());
      } else if (path.endsWith(".yaml")) {
        target = routes.resolve(path);
        copyRoutes(routes);
        System.setProperty(Node.ROUTES, "file:" + routes + "/**/*.camel.yaml");
      } else {
        target = directory.resolve("classes/sql").resolve(path);
      }
      Files.createDirectories(target.getParent());
      Files.writeString(target, file.getValue());
    }
    Files.createDirectories(directory.resolve("classes"));
    if (!java.isEmpty()) {
      Javac.compile(
          java,
          directory.resolve("classes"),
          String.join(File.pathSeparator, folders())
              + File.pathSeparator
              + System.getProperty("java.class.path"));
    }
  }

  /** A pattern of the class path would find the unchanged ones as well. */
  private void copyRoutes(Path directory) throws IOException {
    Path room = Path.of("routes");
    try (Stream<Path> routes = Files.walk(room)) {
      for (Path route : routes.filter(Files::isRegularFile).toList()) {
        Path name = room.relativize(route);
        if (!files.containsKey(name.toString())) {
          Files.createDirectories(directory.resolve(name).getParent());
          Files.writeString(directory.resolve(name), Files.readString(route));
        }
      }
    }
  }

  /** Where the classes of Caravan and of its tests are. */
  private static List<String> folders() {
    return Stream.of(
            "/application.properties", "/" + Mutant.class.getName().replace('.', '/') + ".class")
        .map(
            resource -> {
              String url = Mutant.class.getResource(resource).getPath();
              return url.substring(0, url.length() - resource.length() + 1);
            })
        .distinct()
        .toList();
  }

  /** Loads what is Caravan's itself, what was changed first. */
  static final class Loader extends URLClassLoader {
    Loader(Path directory) throws MalformedURLException {
      super(urls(directory), Mutant.class.getClassLoader());
    }

    private static URL[] urls(Path directory) throws MalformedURLException {
      List<URL> urls = new ArrayList<>();
      urls.add(directory.resolve("classes").toUri().toURL());
      for (String folder : folders()) {
        urls.add(Path.of(folder).toUri().toURL());
      }
      return urls.toArray(URL[]::new);
    }

    @Override
    protected Class<?> loadClass(String type, boolean resolve) throws ClassNotFoundException {
      synchronized (getClassLoadingLock(type)) {
        Class<?> loaded = findLoadedClass(type);
        if (loaded == null && type.startsWith(OURS)) {
          loaded = findClass(type);
        }
        return loaded == null ? super.loadClass(type, resolve) : loaded;
      }
    }

    @Override
    public URL getResource(String resource) {
      URL own = findResource(resource);
      return own == null ? super.getResource(resource) : own;
    }
  }
}
