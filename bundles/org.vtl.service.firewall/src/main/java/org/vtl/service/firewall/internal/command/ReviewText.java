package org.vtl.service.firewall.internal.command;

import java.util.LinkedHashMap;
import java.util.Map;
import org.vtl.service.firewall.internal.PolicyStore.Open;
import org.vtl.service.firewall.internal.Review;

/** What rules would do to open connections, for people and programs. */
final class ReviewText {
  private ReviewText() {}

  static String would(Review review) {
    return count(review) + " would be refused.\n" + examples(review) + unfinished(review);
  }

  static String did(Review review, Open open) {
    if (review.refusedCount() == 0) {
      return count(review) + " would be refused.\n" + unfinished(review);
    }
    String done =
        open == Open.END
            ? "; " + review.endedCount() + " ended.\n"
            : "; they go on as far as the rules accept established ones (--end ends them).\n";
    return count(review) + " would be refused" + done + examples(review) + unfinished(review);
  }

  private static String count(Review review) {
    return review.refusedCount() + " of " + Words.count(review.checkedCount(), "open connection");
  }

  private static String examples(Review review) {
    StringBuilder text = new StringBuilder();
    review.examples().forEach(one -> text.append("    ").append(one).append('\n'));
    long more = review.refusedCount() - review.examples().size();
    return text + (more > 0 ? "    and " + more + " more\n" : "");
  }

  private static String unfinished(Review review) {
    return review.isDone()
        ? ""
        : "Not all workers have looked through their connections yet; the numbers grow.\n";
  }

  static Map<String, Object> json(Review review) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("checked", review.checkedCount());
    json.put("refused", review.refusedCount());
    json.put("ended", review.endedCount());
    json.put("complete", review.isDone());
    json.put("examples", review.examples());
    return json;
  }
}
