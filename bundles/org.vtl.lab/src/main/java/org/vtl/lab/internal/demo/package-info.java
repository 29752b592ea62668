/** The tour of {@code vtl lab --demo}: shows what VTL does, and checks each claim. */
package org.vtl.lab.internal.demo;
