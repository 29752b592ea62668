/** The service a newcomer copies: drops packets to the configured ports. */
package org.vtl.example.portblock.internal;
