package org.vtl.itests.opponent;

import java.io.IOException;
import java.io.StringReader;
import java.util.Map;
import java.util.TreeMap;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/** What nmap found out, as its XML output ({@code -oX}) says it. */
final class NmapReport {
  private static final String NO_DTD =
      "http://apache.org/xml/features/nonvalidating/load-external-dtd";

  private NmapReport() {}

  /** The state of each port by its protocol and number, such as {@code tcp/22}. */
  static Map<String, String> states(String xml) throws IOException {
    Map<String, String> states = new TreeMap<>();
    NodeList ports = parse(xml).getElementsByTagName("port");
    for (int i = 0; i < ports.getLength(); i++) {
      Element port = (Element) ports.item(i);
      Element state = (Element) port.getElementsByTagName("state").item(0);
      states.put(
          port.getAttribute("protocol") + "/" + port.getAttribute("portid"),
          state.getAttribute("state"));
    }
    return states;
  }

  private static Document parse(String xml) throws IOException {
    int start = xml.indexOf("<?xml");
    if (start < 0) {
      throw new IOException("nmap wrote no report: " + xml);
    }
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
      factory.setFeature(NO_DTD, false);
      return factory
          .newDocumentBuilder()
          .parse(new InputSource(new StringReader(xml.substring(start))));
    } catch (ParserConfigurationException | SAXException e) {
      throw new IOException("nmap's report is not read: " + e.getMessage() + "\n" + xml, e);
    }
  }
}
