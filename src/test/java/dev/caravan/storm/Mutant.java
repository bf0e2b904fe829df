package dev.caravan.storm;

import dev.caravan.database.TestDatabase;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * Caravan with one fault put back. Its files are those of the repository, each with a passage
 * changed; the storm runs on them in a class loader of its own.
 */
final class Mutant {
  private static final String OURS = "dev.caravan.";

  private final String name;
  private final Map<String, String> files = new LinkedHashMap<>();
  private String kinds = "";

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

  /**
   * Runs seeds until one fails.
   *
   * @return what is wrong, or an empty list
   */
  @SuppressWarnings("unchecked")
  List<String> run(int seeds) throws Exception {
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
          storm.getMethod("firstFound", int.class, String.class).invoke(null, seeds, kinds);
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
  }

  private void prepare(Path directory) throws IOException {
    List<File> java = new ArrayList<>();
    Path sources = directory.resolve("sources");
    for (Map.Entry<String, String> file : files.entrySet()) {
      Path target =
          file.getKey().endsWith(".java")
              ? sources.resolve("dev/caravan").resolve(file.getKey())
              : file.getKey().endsWith(".yaml")
                  ? directory.resolve("classes/routes").resolve(file.getKey())
                  : directory.resolve("classes/sql").resolve(file.getKey());
      Files.createDirectories(target.getParent());
      if (file.getKey().endsWith(".yaml")) {
        // Of two folders of routes only the first is seen.
        try (Stream<Path> routes = Files.list(Path.of("routes"))) {
          for (Path route : routes.toList()) {
            Files.writeString(target.resolveSibling(route.getFileName()), Files.readString(route));
          }
        }
      }
    }
    for (Map.Entry<String, String> file : files.entrySet()) {
      if (file.getKey().endsWith(".java")) {
        Path target = sources.resolve("dev/caravan").resolve(file.getKey());
        Files.writeString(target, file.getValue());
        java.add(target.toFile());
      } else {
        Files.writeString(
            directory
                .resolve(file.getKey().endsWith(".yaml") ? "classes/routes" : "classes/sql")
                .resolve(file.getKey()),
            file.getValue());
      }
    }
    Files.createDirectories(directory.resolve("classes"));
    if (!java.isEmpty()) {
      compile(java, directory.resolve("classes"));
    }
  }

  private void compile(List<File> sources, Path classes) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
      StringWriter said = new StringWriter();
      boolean compiled =
          compiler
              .getTask(
                  said,
                  manager,
                  null,
                  List.of(
                      "-proc:none",
                      "-parameters",
                      "-d",
                      classes.toString(),
                      "-cp",
                      String.join(File.pathSeparator, folders())
                          + File.pathSeparator
                          + System.getProperty("java.class.path")),
                  null,
                  manager.getJavaFileObjectsFromFiles(sources))
              .call();
      if (!compiled) {
        throw new IllegalArgumentException(name + ": " + said);
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
  private static final class Loader extends URLClassLoader {
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

    @Override
    public Enumeration<URL> getResources(String resource) throws IOException {
      if (resource.startsWith("routes")) {
        URL own = findResource(resource);
        return own == null ? super.getResources(resource) : Collections.enumeration(List.of(own));
      }
      return super.getResources(resource);
    }
  }
}
