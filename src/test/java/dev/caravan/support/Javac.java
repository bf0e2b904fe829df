package dev.caravan.support;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Compiles sources beside what is built already. */
public final class Javac {
  private Javac() {}

  /**
   * @param classes folder that the class files go to
   * @param classPath what the sources may use
   * @param more options of the compiler
   * @throws IllegalArgumentException with the compiler's own words, where it refuses
   */
  public static void compile(List<File> sources, Path classes, String classPath, String... more)
      throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      StringWriter messages = new StringWriter();
      List<String> options = new ArrayList<>(List.of("-proc:none", "-parameters"));
      options.addAll(List.of("-d", classes.toString(), "-cp", classPath));
      options.addAll(List.of(more));
      boolean compiled =
          compiler
              .getTask(
                  messages, files, null, options, null, files.getJavaFileObjectsFromFiles(sources))
              .call();
      if (!compiled) {
        throw new IllegalArgumentException(messages.toString());
      }
    }
  }
}
