package org.vtl.bench;

/** Something that ends a benchmark or one of its contestants, told in one sentence. */
final class BenchException extends RuntimeException {
  private static final long serialVersionUID = 1;

  BenchException(String sentence) {
    super(sentence);
  }

  BenchException(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
