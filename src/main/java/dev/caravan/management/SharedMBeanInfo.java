package dev.caravan.management;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.modelmbean.InvalidTargetObjectTypeException;
import javax.management.modelmbean.ModelMBean;
import javax.management.modelmbean.ModelMBeanInfo;
import javax.management.modelmbean.ModelMBeanInfoSupport;
import javax.management.modelmbean.RequiredModelMBean;
import org.apache.camel.CamelContext;
import org.apache.camel.NonManagedService;
import org.apache.camel.api.management.ManagedInstance;
import org.apache.camel.api.management.ManagedResource;
import org.apache.camel.api.management.NotificationSenderAware;
import org.apache.camel.support.management.DefaultManagementMBeanAssembler;
import org.apache.camel.support.management.MixinRequiredModelMBean;
import org.apache.camel.support.management.NotificationSenderAdapter;

/**
 * Makes Camel's MBeans with one description a class. Camel describes each of its thousands of route
 * nodes separately, with all attributes and operations, which took most of the time of a start and
 * tens of megabytes.
 */
public final class SharedMBeanInfo extends DefaultManagementMBeanAssembler
    implements NonManagedService {
  private final Map<Kind, ModelMBeanInfo> infos = new ConcurrentHashMap<>();

  public SharedMBeanInfo(CamelContext context) {
    super(context);
  }

  @Override
  public ModelMBean assemble(MBeanServer server, Object managed, ObjectName name)
      throws JMException {
    Object custom = custom(managed);
    ModelMBeanInfo info = info(managed, custom, name);
    if (info == null) {
      return null;
    }
    boolean masks = camelContext.getManagementStrategy().getManagementAgent().getMask();
    ModelMBean bean;
    if (custom == null) {
      bean = new MixinRequiredModelMBean(info, masks, null, null);
      manage(bean, managed);
    } else {
      ModelMBeanInfo standard = info(managed, null, name);
      RequiredModelMBean mixin = new RequiredModelMBean(standard);
      manage(mixin, managed);
      bean = new MixinRequiredModelMBean(info, masks, standard, mixin);
      manage(bean, custom);
    }
    Object shown = custom == null ? managed : custom;
    if (shown instanceof NotificationSenderAware sender) {
      sender.setNotificationSender(new NotificationSenderAdapter(bean));
    }
    return bean;
  }

  /** What adds attributes to those that Camel shows of all of its kind: an endpoint, for one. */
  private static Object custom(Object managed) {
    return managed instanceof ManagedInstance instance
            && instance.getInstance() != null
            && instance.getInstance().getClass().isAnnotationPresent(ManagedResource.class)
        ? instance.getInstance()
        : null;
  }

  private ModelMBeanInfo info(Object managed, Object custom, ObjectName name) throws JMException {
    Kind kind = new Kind(managed.getClass(), custom == null ? null : custom.getClass());
    ModelMBeanInfo known = infos.get(kind);
    if (known == null) {
      ModelMBeanInfo made = assembler.getMBeanInfo(camelContext, managed, custom, name.toString());
      if (made == null) {
        return null;
      }
      known = new Shared(made);
      infos.put(kind, known);
    }
    return known;
  }

  private static void manage(ModelMBean bean, Object managed) throws JMException {
    try {
      bean.setManagedResource(managed, "ObjectReference");
    } catch (InvalidTargetObjectTypeException e) {
      throw new JMException(e.getMessage());
    }
  }

  /** What a description depends on. */
  private record Kind(Class<?> managed, Class<?> custom) {}

  /**
   * One description for many MBeans, which clone it, as does whoever asks for it. Nobody changes
   * it: that happens only where values are cached, and Camel's are not.
   */
  private static final class Shared extends ModelMBeanInfoSupport {
    private static final long serialVersionUID = 1L;

    Shared(ModelMBeanInfo info) {
      super(info);
    }

    @Override
    public Object clone() {
      return this;
    }

    /** A client in another process knows the JDK's class only. */
    private Object writeReplace() {
      return new ModelMBeanInfoSupport(this);
    }
  }
}
