package dev.caravan.simulator.stream;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Keeps back what arrives on a socket, so that its server seems dead while TCP still acknowledges:
 * neither a ping nor a close is answered. Used on the socket's own thread only.
 */
final class StalledSocket extends ChannelInboundHandlerAdapter {
  private final Deque<Object> held = new ArrayDeque<>();
  private boolean holding = true;

  @Override
  public void channelRead(ChannelHandlerContext context, Object data) {
    if (holding) {
      held.addLast(data);
    } else {
      context.fireChannelRead(data);
    }
  }

  /** Lets everything through that was kept back. */
  void release(ChannelHandlerContext context) {
    holding = false;
    while (!held.isEmpty()) {
      context.fireChannelRead(held.removeFirst());
    }
    context.fireChannelReadComplete();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    held.forEach(ReferenceCountUtil::release);
    held.clear();
  }
}
