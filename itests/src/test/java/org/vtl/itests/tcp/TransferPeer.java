package org.vtl.itests.tcp;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/**
 * One host's side of many transfers at the same time, as a program of its own: it says "ready" when
 * all ports listen, a line for each transfer, and "done".
 */
public final class TransferPeer {
  private static final int FIRST_PORT = 20_000;
  private static final int CONNECT_MILLIS = 30_000;
  private static final int SPREAD_MILLIS = 20;

  private final long seed;
  private final long most;
  private final int seconds;

  private TransferPeer(long seed, long most, int seconds) {
    this.seed = seed;
    this.most = most;
    this.seconds = seconds;
  }

  /**
   * Runs transfers.
   *
   * @param words client or server, address of the server, seed, first transfer, how many, most
   *     bytes each way, seconds it may stand still
   */
  public static void main(String[] words) throws Exception {
    TransferPeer peer =
        new TransferPeer(
            Long.parseLong(words[2]), Long.parseLong(words[5]), Integer.parseInt(words[6]));
    InetAddress address = InetAddress.getByName(words[1]);
    int first = Integer.parseInt(words[3]);
    int count = Integer.parseInt(words[4]);
    List<Thread> all =
        words[0].equals("client")
            ? peer.open(address, first, count)
            : peer.serve(address, first, count);
    for (Thread thread : all) {
      thread.join();
    }
    say("done");
  }

  private List<Thread> serve(InetAddress address, int first, int count) throws IOException {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ServerSocket listener = new ServerSocket();
      listener.setReuseAddress(true);
      listener.setSoTimeout(CONNECT_MILLIS + SPREAD_MILLIS * count);
      listener.bind(new InetSocketAddress(address, FIRST_PORT + i), 1);
      Transfer transfer = Transfer.draw(seed, first + i, most);
      threads.add(Thread.ofVirtual().unstarted(() -> accept(listener, transfer)));
    }
    threads.forEach(Thread::start);
    say("ready");
    return threads;
  }

  private void accept(ServerSocket listener, Transfer transfer) {
    Outcome outcome = Outcome.NONE;
    try (listener;
        Socket socket = listener.accept()) {
      outcome = new TransferEnd(socket, seed, transfer, false, seconds).run();
    } catch (IOException | InterruptedException e) {
      say("fault " + transfer.index() + " " + e);
    }
    say(outcome.line(transfer.index()));
  }

  private List<Thread> open(InetAddress address, int first, int count) throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Transfer transfer = Transfer.draw(seed, first + i, most);
      InetSocketAddress at = new InetSocketAddress(address, FIRST_PORT + i);
      threads.add(Thread.ofVirtual().start(() -> connect(at, transfer)));
      Thread.sleep(SPREAD_MILLIS);
    }
    return threads;
  }

  private void connect(InetSocketAddress at, Transfer transfer) {
    Outcome outcome = Outcome.NONE;
    try (Socket socket = new Socket()) {
      socket.connect(at, CONNECT_MILLIS);
      outcome = new TransferEnd(socket, seed, transfer, true, seconds).run();
    } catch (IOException | InterruptedException e) {
      if (e instanceof IOException io && Outcome.of(io).equals(Outcome.RESET)) {
        outcome = Outcome.AT_ONCE;
      } else {
        say("fault " + transfer.index() + " " + e);
      }
    }
    say(outcome.line(transfer.index()));
  }

  private static void say(String line) {
    synchronized (System.out) {
      System.out.println(line);
      System.out.flush();
    }
  }
}
