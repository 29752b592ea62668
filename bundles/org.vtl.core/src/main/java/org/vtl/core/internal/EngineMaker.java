package org.vtl.core.internal;

import java.util.function.LongSupplier;
import org.vtl.core.internal.engine.EngineCore;
import org.vtl.runtime.Engine;

/** Makes engines without a framework. */
public final class EngineMaker implements Engine.Maker {
  @Override
  public Engine create(LongSupplier nanoClock, Engine.Drive drive) {
    return new EngineCore(nanoClock, drive);
  }
}
