package org.vtl.io.linux.internal;

import java.lang.reflect.Proxy;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import org.vtl.connection.Connection;
import org.vtl.connection.Endpoint;
import org.vtl.packet.Direction;

/** As much of a connection as the kernel is told of. */
record FakeConnection(int protocol, int vlan, End vm, End network) {
  /** An end and its TCP numbers. */
  record End(InetAddress address, int port, int next, int unacknowledged, int window, int scale) {
    static End of(String address, int port) throws Exception {
      return new End(InetAddress.getByName(address), port, 0, 0, 0, 0);
    }

    long high() {
      return address instanceof Inet4Address ? 0 : ByteBuffer.wrap(address.getAddress()).getLong();
    }

    long low() {
      ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
      return address instanceof Inet4Address
          ? 0xffff_0000_0000L | bytes.getInt() & 0xffff_ffffL
          : bytes.getLong(8);
    }

    Endpoint endpoint() {
      return (Endpoint)
          Proxy.newProxyInstance(
              End.class.getClassLoader(),
              new Class<?>[] {Endpoint.class},
              (proxy, method, arguments) ->
                  switch (method.getName()) {
                    case "addressHigh" -> high();
                    case "addressLow" -> low();
                    case "port" -> port;
                    case "next" -> next;
                    case "unacknowledged" -> unacknowledged;
                    case "window" -> window;
                    case "windowScale" -> scale;
                    case "mac" -> 0L; // any
                    case "windowBytes" -> (long) window << scale;
                    default -> throw new UnsupportedOperationException(method.getName());
                  });
    }
  }

  Connection connection() {
    Endpoint first = vm.endpoint();
    Endpoint second = network.endpoint();
    return (Connection)
        Proxy.newProxyInstance(
            End.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "protocol" -> protocol;
                  case "vlan" -> vlan;
                  case "isIpv6" -> !(vm.address() instanceof Inet4Address);
                  case "vm" -> first;
                  case "network" -> second;
                  case "sender" -> arguments[0] == Direction.OUTBOUND ? first : second;
                  case "receiver" -> arguments[0] == Direction.OUTBOUND ? second : first;
                  case "isMidstream" -> false;
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }
}
