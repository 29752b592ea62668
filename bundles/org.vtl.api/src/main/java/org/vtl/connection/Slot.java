package org.vtl.connection;

import org.osgi.annotation.versioning.ProviderType;

/**
 * A service's place for its state in every connection, declared by {@link
 * org.vtl.service.ServiceContext#slot}.
 *
 * @param <T> the state
 */
@ProviderType
public interface Slot<T> {
  String name();
}
