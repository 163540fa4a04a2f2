/** A service that calls the checkout. */
export interface Caller {
  readonly namespace: string
  readonly service: string
  readonly routes: readonly string[]
}

/** Everything that suffers when the checkout does, in four namespaces. */
export const callers: readonly Caller[] = [
  { namespace: 'shop', service: 'cart', routes: ['/cart', '/cart/total', '/cart/merge'] },
  { namespace: 'shop', service: 'orders', routes: ['/orders', '/orders/latest', '/orders/cancel'] },
  { namespace: 'shop', service: 'payments', routes: ['/pay', '/refund'] },
  { namespace: 'shop', service: 'vouchers', routes: ['/voucher'] },
  { namespace: 'web', service: 'storefront', routes: ['/', '/basket', '/buy', '/thanks'] },
  { namespace: 'web', service: 'mobile-api', routes: ['/v2/basket', '/v2/buy', '/v2/history'] },
  { namespace: 'web', service: 'search', routes: ['/availability'] },
  { namespace: 'logistics', service: 'shipping', routes: ['/quote', '/label'] },
  { namespace: 'logistics', service: 'stock', routes: ['/reserve', '/release'] },
  { namespace: 'marketing', service: 'loyalty', routes: ['/points'] },
  { namespace: 'marketing', service: 'mailer', routes: ['/receipt'] },
]
